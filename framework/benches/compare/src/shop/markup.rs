//! The same pages in maud.

use super::{
    data::{Card, Details, Front, Listing, Review, Text, money, stars},
    views::{FRONT_TITLE, LIST_TITLE},
};
use maud::{DOCTYPE, Markup, html};

pub(crate) fn front(front: &Front) -> Markup {
    let page = html! {
        section class="hero rounded-lg bg-slate-100 px-8 py-12" {
            h1 class="text-4xl font-bold tracking-tight" { "Parts that run" }
            p class="lead mt-4 text-lg text-slate-600" { "Gears, springs, valves and bearings, from stock." }
            a class="button button-primary mt-6 inline-flex items-center" href="/list" { "See all parts" }
        }
        (categories(&front.categories, None))
        section class="featured mt-12" aria-labelledby="featured" {
            h2 class="text-2xl font-semibold" id="featured" { "Featured" }
            ul class="cards mt-6 grid grid-cols-4 gap-6" {
                @for product in &front.featured { (card(product)) }
            }
        }
        section class="reviews mt-12" aria-labelledby="reviews" {
            h2 class="text-2xl font-semibold" id="reviews" { "What visitors say" }
            ol class="mt-4 divide-y" {
                @for (at, one) in front.reviews.iter().enumerate() { (review(at, one)) }
            }
        }
    };
    document(FRONT_TITLE, &page)
}

pub(crate) fn list(list: &Listing) -> Markup {
    let Listing {
        filter,
        found,
        page,
        pages,
        products,
        categories: all,
    } = list;
    let content = html! {
        h1 class="text-3xl font-bold tracking-tight" { "All parts" }
        (categories(all, filter.category.as_deref()))
        form class="filters mt-6 flex items-end gap-4" method="get" action="/list" {
            label class="field" {
                span class="field-label text-sm" { "At most" }
                input class="field-input rounded border px-3 py-2" type="number" name="max"
                    value=(filter.max.map(|max| max.to_string()).unwrap_or_default());
            }
            @if let Some(category) = &filter.category { input type="hidden" name="category" value=(category); }
            button class="button button-secondary" type="submit" { "Filter" }
        }
        p class="found mt-4 text-sm text-slate-600" role="status" { (found) " parts, page " (page) " of " (pages) }
        ul class="cards mt-6 grid grid-cols-4 gap-6" {
            @for product in products { (card(product)) }
        }
        nav class="pages mt-8 flex gap-2" aria-label="Pages" {
            @for number in 1..=*pages {
                a class=(if number == *page { "page page-current" } else { "page" }) href=(filter.address(number))
                    aria-current=[(number == *page).then_some("page")] { (number) }
            }
        }
    };
    document(LIST_TITLE, &content)
}

pub(crate) fn product(details: &Details) -> Markup {
    let Details { product, related } = details;
    let sold = &product.card;
    let page = html! {
        nav class="crumbs text-sm text-slate-600" aria-label="Breadcrumb" {
            a href="/" { "Home" } " / " a href=(format!("/list?category={}", sold.category)) { (sold.category) }
        }
        article class="product mt-4 grid grid-cols-2 gap-8" {
            img class="rounded-lg" src=(image(sold, 800)) alt=(sold.name) width="800" height="600";
            div class="product-text" {
                h1 class="text-3xl font-bold tracking-tight" { (sold.name) }
                (price(sold))
                p class="stock mt-2 text-sm" {
                    @if sold.stock == 0 { strong class="text-red-700" { "Sold out" } }
                    @else { span class="text-green-700" { (sold.stock) " in stock" } }
                }
                p class="rating" aria-label=(format!("{} of 5", f64::from(sold.rating) / 10.0)) { (stars(sold.rating)) }
                @for text in &product.description { p class="mt-4 leading-relaxed" { (text) } }
                ul class="tags mt-4 flex gap-2" {
                    @for tag in &sold.tags { li class="tag rounded-full bg-slate-100 px-3" { (tag) } }
                }
                form class="buy mt-6" method="post" action="/cart" {
                    input type="hidden" name="product" value=(sold.id);
                    button class="button button-primary" type="submit" disabled[sold.stock == 0] { "Add to cart" }
                }
            }
        }
        section class="details mt-12" {
            h2 class="text-2xl font-semibold" { "Details" }
            table class="mt-4 w-full text-left text-sm" {
                thead { tr { th scope="col" { "What" } th scope="col" { "Value" } } }
                tbody {
                    @for (label, value) in &product.details {
                        tr class="border-t" {
                            th class="py-2 font-medium" scope="row" { (label) }
                            td class="py-2 text-slate-600" { (value) }
                        }
                    }
                }
            }
        }
        section class="reviews mt-12" {
            h2 class="text-2xl font-semibold" { (product.reviews.len()) " reviews" }
            ol class="mt-4 divide-y" {
                @for (at, one) in product.reviews.iter().enumerate() { (review(at, one)) }
            }
        }
        section class="related mt-12" {
            h2 class="text-2xl font-semibold" { "Related" }
            ul class="cards mt-6 grid grid-cols-3 gap-6" {
                @for product in related { (card(product)) }
            }
        }
    };
    document(&sold.name, &page)
}

fn document(title: &str, page: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                link rel="stylesheet" href="/shop.css";
                link rel="icon" href="data:,";
                title { (title) }
            }
            body {
                (header())
                main class="mx-auto max-w-7xl px-4 py-8" { (page) }
                (footer())
            }
        }
    }
}

fn categories(categories: &[(Text, usize)], current: Option<&str>) -> Markup {
    html! {
        nav class="categories mt-8 flex gap-4" aria-label="Categories" {
            @for (name, count) in categories {
                a class=(if current == Some(&**name) { "category current" } else { "category" })
                    href=(format!("/list?category={name}")) {
                    (name) " " small class="text-slate-500" { "(" (count) ")" }
                }
            }
        }
    }
}

fn card(product: &Card) -> Markup {
    let address = format!("/product/{}", product.id);
    html! {
        li class="card rounded-lg border border-slate-200 shadow-sm" data-product=(product.id) {
            a class="card-image block overflow-hidden rounded-t-lg" href=(address) {
                img class="h-48 w-full object-cover" src=(image(product, 400)) alt=(product.name) width="400" height="300" loading="lazy";
            }
            div class="card-body p-4" {
                p class="card-category text-xs uppercase tracking-wide text-slate-500" { (product.category) }
                h3 class="card-title mt-1 text-lg font-medium" {
                    a class="hover:underline" href=(address) { (product.name) }
                }
                p class="rating text-amber-600" aria-label=(format!("{} of 5", f64::from(product.rating) / 10.0)) { (stars(product.rating)) }
                p class="card-summary mt-2 text-sm leading-relaxed text-slate-600" { (product.summary) }
                ul class="tags mt-2 flex flex-wrap gap-1" {
                    @for tag in &product.tags { li class="tag rounded-full bg-slate-100 px-2 text-xs" { (tag) } }
                }
                dl class="card-details mt-2 grid grid-cols-2 gap-x-4 text-xs" {
                    @for (label, value) in &product.highlights {
                        dt class="font-medium text-slate-500" { (label) }
                        dd class="text-right text-slate-700" { (value) }
                    }
                }
                (price(product))
                @if product.stock < 5 { p class="card-stock mt-1 text-xs text-red-700" { "Only " (product.stock) " left" } }
                button class="button button-secondary mt-4 w-full" type="button" data-add=(product.id) disabled[product.stock == 0] { "Add to cart" }
            }
        }
    }
}

fn price(product: &Card) -> Markup {
    html! {
        p class=(if product.before.is_some() { "price mt-2 font-semibold sale" } else { "price mt-2 font-semibold" }) {
            span class="price-now" { (money(product.price)) }
            @if let Some(before) = product.before { del class="price-before ml-2 text-slate-400" { (money(before)) } }
        }
    }
}

fn review(at: usize, review: &Review) -> Markup {
    let Review {
        author,
        stars: count,
        date,
        title,
        text,
        helpful,
    } = review;
    html! {
        li class="review py-6" id=(format!("review-{at}")) {
            h3 class="font-medium" { (title) }
            p class="review-head mt-1 text-sm text-slate-600" {
                span class="rating text-amber-600" { (stars(count * 10)) }
                " by " b class="review-author" { (author) } ", "
                time datetime=(date) { (date) }
            }
            p class="mt-2 leading-relaxed" { (text) }
            p class="mt-2 text-xs text-slate-500" { (helpful) " found this helpful" }
        }
    }
}

fn image(product: &Card, width: u32) -> String {
    format!("/images/{}.webp?w={width}", product.id)
}

fn header() -> Markup {
    html! {
        header class="site-header border-b" {
            a class="logo text-xl font-bold" href="/" { "Parts" }
            nav class="menu flex gap-6" aria-label="Main" {
                a href="/list" { "All parts" }
                a href="/list?category=Gears" { "Gears" }
                a href="/list?category=Springs" { "Springs" }
                a href="/list?category=Valves" { "Valves" }
                a href="/list?category=Bearings" { "Bearings" }
            }
            form class="search" method="get" action="/list" role="search" {
                input class="rounded border px-3 py-2" type="search" name="q" placeholder="Search" aria-label="Search";
            }
        }
    }
}

fn footer() -> Markup {
    html! {
        footer class="site-footer mt-16 border-t py-8 text-sm text-slate-600" {
            p { "Prices with tax. Shipping within a day." }
            nav class="footer-menu flex gap-4" aria-label="Footer" {
                a href="/about" { "About" }
                a href="/shipping" { "Shipping" }
                a href="/returns" { "Returns" }
                a href="/imprint" { "Imprint" }
            }
        }
    }
}
