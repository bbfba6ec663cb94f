use crate::{early, late};
use punctual::prelude::*;

/// The data in places in which nobody escapes them. Here the policy is what keeps them from running.
#[expect(
    unreachable_pub,
    reason = "Leptos' macro puts the function into a module of its own"
)]
#[component]
pub(crate) fn Raw(early: Loaded<early>, late: Deferred<late>) -> impl IntoView {
    let (script, link) = ("<script src=/pwn.js></script>", "javascript:window.pwned=1");
    view! {
        <leptos_meta::Title text=early.join(" ")/>
        <a id="link" href=link>"a link"</a>
        <div inner_html=format!("{}{script}", early[0])></div>
        // Leptos escapes nothing in these.
        <textarea>{early[6].clone()}</textarea>
        <style>{early[6].clone()}</style>
        <noscript>{early[6].clone()}</noscript>
        <Resolve data=late let:late>
            <div inner_html=late.join("")></div>
            <div inner_html=format!("{script}<div><template shadowrootmode=closed>{script}</template></div>")></div>
            <textarea>{late[6].clone()}</textarea>
        </Resolve>
        <p id="end">"end"</p>
    }
}
