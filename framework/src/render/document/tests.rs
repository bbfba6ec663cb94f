use super::*;

fn document(order: StreamMode) -> Document {
    Document::new(order, Scripts::default())
}

fn text(document: &mut Document) -> String {
    let bytes = document.take().expect("something was written");
    String::from_utf8(bytes.to_vec()).expect("HTML is text")
}

#[test]
fn a_part_waits_for_its_place() {
    let mut document = document(StreamMode::OutOfOrder);
    document.push("<p>");
    document.part(2, "inner".to_owned());
    assert_eq!(text(&mut document), "<p>");
    document.push("<template id=\"p:1\"></template><!--/p:1-->");
    text(&mut document);
    document.part(
        1,
        "<b><template id=\"p:2\"></template><!--/p:2--></b>".to_owned(),
    );
    let html = text(&mut document);
    let (outer, inner) = (html.find("p:1:c"), html.find("p:2:c"));
    assert!(outer.is_some() && outer < inner, "{html}");
}

#[test]
fn the_script_is_written_once() {
    let mut document = document(StreamMode::OutOfOrder);
    document.push(
        "<template id=\"p:1\"></template><!--/p:1--><template id=\"p:2\"></template><!--/p:2-->",
    );
    document.part(2, "b".to_owned());
    document.part(1, "a".to_owned());
    assert_eq!(text(&mut document).matches("function $p").count(), 1);
}

#[test]
fn a_title_cannot_leave_its_script() {
    let mut document = document(StreamMode::OutOfOrder);
    document.title("\"</script><!--\u{2028}");
    assert_eq!(
        text(&mut document),
        r#"<script nonce="">document.title="\"\u003c/script\u003e\u003c!--\u2028";document.currentScript.remove()</script>"#
    );
}

const PLACE: &str = "<template id=\"p:1\"></template>wait<!--/p:1-->";

#[test]
fn in_order_it_stops_at_a_place() {
    let mut document = document(StreamMode::InOrder);
    document.push(format!("<p>{PLACE}</p>"));
    document.push("<p>after</p>");
    assert_eq!(text(&mut document), "<p>");
    document.part(
        1,
        "<b><template id=\"p:3\"></template><!--/p:3--></b>".to_owned(),
    );
    assert_eq!(text(&mut document), "<b>");
    document.part(2, "nobody asks".to_owned());
    document.part(3, "three".to_owned());
    assert_eq!(text(&mut document), "three</b></p><p>after</p>");
    document.push("<i>");
    document.finish("</body>");
    assert_eq!(text(&mut document), "<i></body>");
}

#[test]
fn in_order_a_part_may_come_before_its_place() {
    let mut document = document(StreamMode::InOrder);
    document.part(3, "three".to_owned());
    document.part(2, "two".to_owned());
    document.push("<template id=\"p:2\"></template><!--/p:2-->-");
    assert_eq!(text(&mut document), "two-");
    document.push("<template id=\"p:1\"></template><!--/p:1-->-");
    document.part(1, "<template id=\"p:3\"></template><!--/p:3-->!".to_owned());
    assert_eq!(text(&mut document), "three!-");
}

#[test]
fn a_place_that_nobody_fills_stays_empty_at_the_end() {
    let mut document = document(StreamMode::InOrder);
    document.push(format!("<p>{PLACE}</p>"));
    document.title("late");
    document.finish("</body>");
    assert_eq!(
        text(&mut document),
        "<p></p><script nonce=\"\">document.title=\"late\";document.currentScript.remove()</script></body>"
    );
}

#[test]
fn where_no_template_can_stand_it_stops_also_out_of_order() {
    let mut document = document(StreamMode::OutOfOrder);
    document.push(format!(
        "<template id=\"p:2\"></template><!--/p:2--><svg>{PLACE}</svg><p>"
    ));
    assert_eq!(document.take_unfit(), ["svg"]);
    document.part(2, "two".to_owned());
    let before = text(&mut document);
    assert!(before.ends_with("<svg>"), "{before}");
    document.part(1, "<g></g>".to_owned());
    let after = text(&mut document);
    assert!(
        after.starts_with("<g></g></svg><p><script nonce=\"\">function $p"),
        "{after}"
    );
    assert!(after.ends_with("$p(\"2\")</script>"), "{after}");
}

#[test]
fn what_only_looks_like_a_mark_is_left_alone() {
    let fake = "<template id=\"p:1\"></template><template id=\"p:x\"></template>";
    let mut document = document(StreamMode::InOrder);
    document.push(format!(
        "<p>{fake}</p><template id=\"p:2\"></template><!--/p:2--><i>"
    ));
    document.part(2, "two".to_owned());
    document.finish("</body>");
    assert_eq!(text(&mut document), format!("<p>{fake}</p>two<i></body>"));
}

#[test]
fn every_place_in_a_template_of_the_page_is_held() {
    let mut document = document(StreamMode::OutOfOrder);
    document.push(format!(
        "<template>{PLACE}<template id=\"p:2\"></template><!--/p:2--></template>"
    ));
    assert_eq!(document.take_unfit(), ["template", "template"]);
    document.part(2, "two".to_owned());
    document.part(1, "one".to_owned());
    assert_eq!(text(&mut document), "<template>onetwo</template>");
}

#[test]
fn a_document_that_is_all_late_comes_as_it_is() {
    let mut document = document(StreamMode::OutOfOrder);
    document.push("<!DOCTYPE html><template id=\"p:1\"></template><!--/p:1-->");
    document.part(
        1,
        "<html><body><template id=\"p:2\"></template><!--/p:2--></body></html>".to_owned(),
    );
    document.part(2, "two".to_owned());
    document.finish("");
    assert_eq!(
        text(&mut document),
        "<!DOCTYPE html><html><body>two</body></html>"
    );
}
