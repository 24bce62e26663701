//! Are the tables of drawn pictures those of the page?

use nex_coding::picture::{
    drawn::{place, start},
    place::UNIT,
};
use nex_tests::page::{of_trained, page, says, tables};

#[test]
fn the_trained_numbers_are_those_of_the_page() {
    let mut answers = [0; place::COUNT];
    start(&mut answers);
    let bytes: Vec<u8> = answers.iter().map(|&a| (a / UNIT) as i8 as u8).collect();
    let expected = of_trained(&bytes);
    assert!(says(&page(), &expected), "SPEC.md, \"Drawn pictures\", must say: {expected}");
}

#[test]
fn the_tables_begin_where_the_page_says() {
    let page = page();
    let section = page.split_once("### Drawn pictures\n").unwrap().1;
    let rows = tables(section);
    let firsts = [
        place::HIT_RUN,
        place::HIT_EQUAL,
        place::HIT_NEAR,
        place::COPY_EQUAL,
        place::COPY_NEAR,
        place::COPY_ASKED,
        place::RECENT_EQUAL,
        place::RECENT_SIDE,
        place::RECENT_COUNT,
        place::RECENT_TREE,
        place::BLEND_EQUAL,
        place::BLEND_SIDE,
        place::BLEND_COUNT,
        place::PAIR_TREE,
        place::COVER_TREE,
        place::COVER_LOW,
        place::MORE_BUSY,
        place::MORE,
        place::DIGIT,
        place::SIGN,
        place::SOLID,
    ];
    assert!(rows.iter().map(|row| row.0).eq(firsts), "{firsts:?}");
    for ((first, answers), next) in
        rows.iter().zip(firsts.into_iter().skip(1).chain([place::COUNT]))
    {
        assert_eq!(first + answers, next);
    }
}
