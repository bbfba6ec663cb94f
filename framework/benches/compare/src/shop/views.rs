//! The pages of the shop in Leptos: the same components for every contender that has Leptos.

use super::data::{Card, Details, Front, Listing, Review, Text, money, stars};
use leptos::prelude::*;
use std::sync::Arc;

/// What the title of every page begins with.
pub(crate) const FRONT_TITLE: &str = "The parts shop";
pub(crate) const LIST_TITLE: &str = "All parts";

#[component]
pub(crate) fn FrontView(front: Front) -> impl IntoView {
    let Front {
        featured,
        reviews,
        categories,
    } = front;
    view! {
        <section class="hero rounded-lg bg-slate-100 px-8 py-12">
            <h1 class="text-4xl font-bold tracking-tight">"Parts that run"</h1>
            <p class="lead mt-4 text-lg text-slate-600">"Gears, springs, valves and bearings, from stock."</p>
            <a class="button button-primary mt-6 inline-flex items-center" href="/list">"See all parts"</a>
        </section>
        <Categories categories current=None/>
        <section class="featured mt-12" aria-labelledby="featured">
            <h2 class="text-2xl font-semibold" id="featured">"Featured"</h2>
            <ul class="cards mt-6 grid grid-cols-4 gap-6">
                {featured.into_iter().map(|product| view! { <CardView product/> }).collect_view()}
            </ul>
        </section>
        <section class="reviews mt-12" aria-labelledby="reviews">
            <h2 class="text-2xl font-semibold" id="reviews">"What visitors say"</h2>
            <ol class="mt-4 divide-y">
                {reviews.into_iter().enumerate().map(|(at, review)| view! { <ReviewView review at/> }).collect_view()}
            </ol>
        </section>
    }
}

#[component]
pub(crate) fn ListView(list: Listing) -> impl IntoView {
    let Listing {
        filter,
        found,
        page,
        pages,
        products,
        categories,
    } = list;
    let current = filter.category.clone();
    let max = filter.max.map(|max| max.to_string()).unwrap_or_default();
    view! {
        <h1 class="text-3xl font-bold tracking-tight">"All parts"</h1>
        <Categories categories current=current.clone()/>
        <form class="filters mt-6 flex items-end gap-4" method="get" action="/list">
            <label class="field">
                <span class="field-label text-sm">"At most"</span>
                <input class="field-input rounded border px-3 py-2" type="number" name="max" value=max/>
            </label>
            {current.map(|category| view! { <input type="hidden" name="category" value=category/> })}
            <button class="button button-secondary" type="submit">"Filter"</button>
        </form>
        <p class="found mt-4 text-sm text-slate-600" role="status">{found}" parts, page "{page}" of "{pages}</p>
        <ul class="cards mt-6 grid grid-cols-4 gap-6">
            {products.into_iter().map(|product| view! { <CardView product/> }).collect_view()}
        </ul>
        <nav class="pages mt-8 flex gap-2" aria-label="Pages">
            {(1..=pages)
                .map(|number| {
                    let current = (number == page).then_some("page");
                    let class = if number == page { "page page-current" } else { "page" };
                    view! { <a class=class href=filter.address(number) aria-current=current>{number}</a> }
                })
                .collect_view()}
        </nav>
    }
}

#[component]
pub(crate) fn ProductView(details: Details) -> impl IntoView {
    let Details { product, related } = details;
    let reviews = product.reviews.len();
    let card = &product.card;
    view! {
        <nav class="crumbs text-sm text-slate-600" aria-label="Breadcrumb">
            <a href="/">"Home"</a>" / "<a href=format!("/list?category={}", card.category)>{card.category.clone()}</a>
        </nav>
        <article class="product mt-4 grid grid-cols-2 gap-8">
            <img class="rounded-lg" src=image(card, 800) alt=card.name.clone() width="800" height="600"/>
            <div class="product-text">
                <h1 class="text-3xl font-bold tracking-tight">{card.name.clone()}</h1>
                <Price product=card.clone()/>
                <p class="stock mt-2 text-sm">
                    {match card.stock {
                        0 => view! { <strong class="text-red-700">"Sold out"</strong> }.into_any(),
                        stock => view! { <span class="text-green-700">{stock}" in stock"</span> }.into_any(),
                    }}
                </p>
                <p class="rating" aria-label=format!("{} of 5", f64::from(card.rating) / 10.0)>{stars(card.rating)}</p>
                {product
                    .description
                    .iter()
                    .map(|text| view! { <p class="mt-4 leading-relaxed">{text.clone()}</p> })
                    .collect_view()}
                <ul class="tags mt-4 flex gap-2">
                    {card.tags.iter().map(|tag| view! { <li class="tag rounded-full bg-slate-100 px-3">{tag.clone()}</li> }).collect_view()}
                </ul>
                <form class="buy mt-6" method="post" action="/cart">
                    <input type="hidden" name="product" value=card.id/>
                    <button class="button button-primary" type="submit" disabled=card.stock == 0>"Add to cart"</button>
                </form>
            </div>
        </article>
        <section class="details mt-12">
            <h2 class="text-2xl font-semibold">"Details"</h2>
            <table class="mt-4 w-full text-left text-sm">
                <thead><tr><th scope="col">"What"</th><th scope="col">"Value"</th></tr></thead>
                <tbody>
                    {product
                        .details
                        .iter()
                        .map(|(label, value)| {
                            view! {
                                <tr class="border-t">
                                    <th class="py-2 font-medium" scope="row">{label.clone()}</th>
                                    <td class="py-2 text-slate-600">{value.clone()}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </section>
        <section class="reviews mt-12">
            <h2 class="text-2xl font-semibold">{reviews}" reviews"</h2>
            <ol class="mt-4 divide-y">
                {product.reviews.iter().cloned().enumerate().map(|(at, review)| view! { <ReviewView review at/> }).collect_view()}
            </ol>
        </section>
        <section class="related mt-12">
            <h2 class="text-2xl font-semibold">"Related"</h2>
            <ul class="cards mt-6 grid grid-cols-3 gap-6">
                {related.into_iter().map(|product| view! { <CardView product/> }).collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Categories(categories: Vec<(Text, usize)>, current: Option<String>) -> impl IntoView {
    view! {
        <nav class="categories mt-8 flex gap-4" aria-label="Categories">
            {categories
                .into_iter()
                .map(|(name, count)| {
                    let is_current = current.as_deref() == Some(&*name);
                    let address = format!("/list?category={name}");
                    view! {
                        <a class="category" class:current=is_current href=address>
                            {name}" "<small class="text-slate-500">"("{count}")"</small>
                        </a>
                    }
                })
                .collect_view()}
        </nav>
    }
}

#[component]
fn CardView(product: Arc<Card>) -> impl IntoView {
    let address = format!("/product/{}", product.id);
    view! {
        <li class="card rounded-lg border border-slate-200 shadow-sm" data-product=product.id>
            <a class="card-image block overflow-hidden rounded-t-lg" href=address.clone()>
                <img class="h-48 w-full object-cover" src=image(&product, 400) alt=product.name.clone() width="400" height="300" loading="lazy"/>
            </a>
            <div class="card-body p-4">
                <p class="card-category text-xs uppercase tracking-wide text-slate-500">{product.category.clone()}</p>
                <h3 class="card-title mt-1 text-lg font-medium">
                    <a class="hover:underline" href=address>{product.name.clone()}</a>
                </h3>
                <p class="rating text-amber-600" aria-label=format!("{} of 5", f64::from(product.rating) / 10.0)>{stars(product.rating)}</p>
                <p class="card-summary mt-2 text-sm leading-relaxed text-slate-600">{product.summary.clone()}</p>
                <ul class="tags mt-2 flex flex-wrap gap-1">
                    {product.tags.iter().map(|tag| view! { <li class="tag rounded-full bg-slate-100 px-2 text-xs">{tag.clone()}</li> }).collect_view()}
                </ul>
                <dl class="card-details mt-2 grid grid-cols-2 gap-x-4 text-xs">
                    {product
                        .highlights
                        .iter()
                        .map(|(label, value)| {
                            view! {
                                <dt class="font-medium text-slate-500">{label.clone()}</dt>
                                <dd class="text-right text-slate-700">{value.clone()}</dd>
                            }
                        })
                        .collect_view()}
                </dl>
                <Price product=product.clone()/>
                {(product.stock < 5).then(|| view! { <p class="card-stock mt-1 text-xs text-red-700">"Only "{product.stock}" left"</p> })}
                <button class="button button-secondary mt-4 w-full" type="button" data-add=product.id disabled=product.stock == 0>
                    "Add to cart"
                </button>
            </div>
        </li>
    }
}

#[component]
fn Price(product: Arc<Card>) -> impl IntoView {
    view! {
        <p class="price mt-2 font-semibold" class:sale=product.before.is_some()>
            <span class="price-now">{money(product.price)}</span>
            {product.before.map(|before| view! { <del class="price-before ml-2 text-slate-400">{money(before)}</del> })}
        </p>
    }
}

#[component]
fn ReviewView(review: Review, at: usize) -> impl IntoView {
    let Review {
        author,
        stars: count,
        date,
        title,
        text,
        helpful,
    } = review;
    view! {
        <li class="review py-6" id=format!("review-{at}")>
            <h3 class="font-medium">{title}</h3>
            <p class="review-head mt-1 text-sm text-slate-600">
                <span class="rating text-amber-600">{stars(count * 10)}</span>
                " by "<b class="review-author">{author}</b>", "
                <time datetime=date.clone()>{date.clone()}</time>
            </p>
            <p class="mt-2 leading-relaxed">{text}</p>
            <p class="mt-2 text-xs text-slate-500">{helpful}" found this helpful"</p>
        </li>
    }
}

fn image(product: &Card, width: u32) -> String {
    format!("/images/{}.webp?w={width}", product.id)
}

/// What stands above every page.
#[component]
pub(crate) fn Header() -> impl IntoView {
    view! {
        <header class="site-header border-b">
            <a class="logo text-xl font-bold" href="/">"Parts"</a>
            <nav class="menu flex gap-6" aria-label="Main">
                <a href="/list">"All parts"</a>
                <a href="/list?category=Gears">"Gears"</a>
                <a href="/list?category=Springs">"Springs"</a>
                <a href="/list?category=Valves">"Valves"</a>
                <a href="/list?category=Bearings">"Bearings"</a>
            </nav>
            <form class="search" method="get" action="/list" role="search">
                <input class="rounded border px-3 py-2" type="search" name="q" placeholder="Search" aria-label="Search"/>
            </form>
        </header>
    }
}

/// What stands below every page.
#[component]
pub(crate) fn Footer() -> impl IntoView {
    view! {
        <footer class="site-footer mt-16 border-t py-8 text-sm text-slate-600">
            <p>"Prices with tax. Shipping within a day."</p>
            <nav class="footer-menu flex gap-4" aria-label="Footer">
                <a href="/about">"About"</a>
                <a href="/shipping">"Shipping"</a>
                <a href="/returns">"Returns"</a>
                <a href="/imprint">"Imprint"</a>
            </nav>
        </footer>
    }
}
