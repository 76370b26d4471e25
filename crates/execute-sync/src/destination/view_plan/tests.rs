//! Which views and names follow from a schema.
#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;

const RULES: NameRules =
    NameRules { max_units: Some(40), reserved_prefixes: &["sqlite_"], reserved_columns: &["true", "false"] };

fn plan(schema: &str) -> ViewPlan {
    ViewPlan::new(&Schema::parse(schema.as_bytes()).unwrap(), false, RULES)
}

fn names(plan: &ViewPlan) -> Vec<&str> {
    plan.views.iter().map(|v| v.name.as_str()).collect()
}

fn columns<'a>(plan: &'a ViewPlan, view: &str) -> Vec<&'a str> {
    let view = plan.views.iter().find(|v| v.name == view).unwrap_or_else(|| panic!("no view {view}"));
    view.columns.iter().map(|c| c.name.as_str()).collect()
}

#[test]
fn types_records_and_lists_have_views() {
    let plan = plan(
        r#"{"AFE":{"DOCUMENT_ID":{"TYPE":"GUID"},"NO":{"TYPE":"TEXT"},"WELL":{"TYPE":"DOCUMENT"},
            "CUSTOM":{"TYPE":"RECORD","RECORD_TYPE":{"P":{"TYPE":"TEXT"}}},
            "LINES":{"TYPE":"RECORD LIST","RECORD_TYPE":{"LISTITEM_ID":{"TYPE":"GUID"},"AMOUNT":{"TYPE":"DECIMAL"},
              "VENDOR":{"TYPE":"RECORD","RECORD_TYPE":{"CODE":{"TYPE":"TEXT"}}},
              "SPLITS":{"TYPE":"RECORD LIST","RECORD_TYPE":{"LISTITEM_ID":{"TYPE":"GUID"},"PCT":{"TYPE":"DECIMAL"}}}}}}}"#,
    );
    assert_eq!(names(&plan), ["AFE", "AFE_CUSTOM", "AFE_LINES", "AFE_LINES_VENDOR", "AFE_LINES_SPLITS"]);
    assert_eq!(columns(&plan, "AFE"), ["DOCUMENT_ID", "_DELETED", "_AUTHOR", "_VERSION", "_DATE", "NO", "WELL"]);
    assert_eq!(columns(&plan, "AFE_CUSTOM"), ["DOCUMENT_ID", "P"]);
    assert_eq!(columns(&plan, "AFE_LINES"), ["DOCUMENT_ID", "LISTITEM_ID", "AMOUNT"]);
    assert_eq!(columns(&plan, "AFE_LINES_VENDOR"), ["DOCUMENT_ID", "LISTITEM_ID", "CODE"]);
    assert_eq!(columns(&plan, "AFE_LINES_SPLITS"), ["DOCUMENT_ID", "PARENT_LISTITEM_ID", "LISTITEM_ID", "PCT"]);
    assert!(plan.renamed.is_empty());
}

#[test]
fn only_a_clash_changes_a_name_and_each_change_is_told() {
    let plan = plan(
        r#"{"A":{"Name":{"TYPE":"TEXT"},"NAME":{"TYPE":"TEXT"},"name_2":{"TYPE":"TEXT"},"_VERSION":{"TYPE":"TEXT"},"":{"TYPE":"TEXT"},
               "B":{"TYPE":"RECORD","RECORD_TYPE":{"X":{"TYPE":"TEXT"}}}},
            "A_B":{},"execute_documents":{},"sqlite_x":{},"ORDER":{"Well \"Name\"":{"TYPE":"TEXT"}}}"#,
    );
    assert_eq!(columns(&plan, "A")[5..], ["Name", "NAME_3", "name_2", "_VERSION_2", "unnamed"]);
    assert_eq!(names(&plan), ["A", "A_B_2", "A_B", "execute_documents_2", "_sqlite_x", "ORDER"]);
    assert_eq!(columns(&plan, "ORDER")[5], "Well \"Name\"");
    assert_eq!(plan.renamed.len(), 6, "{:#?}", plan.renamed);
}

#[test]
fn our_tables_and_their_indexes_keep_their_names() {
    let plan =
        plan(r#"{"EXECUTE_SYNC_STATE":{},"execute_documents_by_version":{},"EXECUTE_SYNC_QUARANTINE_BY_HASH":{}}"#);
    let expected = ["EXECUTE_SYNC_STATE_2", "execute_documents_by_version_2", "EXECUTE_SYNC_QUARANTINE_BY_HASH_2"];
    assert_eq!(names(&plan), expected);
}

#[test]
fn names_that_no_column_can_have_are_changed() {
    let plan = plan(r#"{"FALSE":{"False":{"TYPE":"TEXT"},"FALSE":{"TYPE":"TEXT"},"true":{"TYPE":"TEXT"}}}"#);
    assert_eq!(names(&plan), ["FALSE"]);
    assert_eq!(columns(&plan, "FALSE")[5..], ["False_2", "FALSE_3", "true_2"]);
    assert_eq!(plan.renamed.len(), 3, "{:#?}", plan.renamed);
}

#[test]
fn long_names_are_cut_and_stay_apart() {
    let (x, y) = ("é".repeat(50), format!("{}y", "é".repeat(50)));
    let plan = plan(&format!(r#"{{"{x}":{{}},"{y}":{{}}}}"#));
    assert_eq!(plan.views[0].name, "é".repeat(40));
    assert_eq!(plan.views[1].name, format!("{}_2", "é".repeat(38)));
}

#[test]
fn retired_fields_leave_nested_ones_too() {
    let schema = Schema::parse(
        br#"{"A":{"OLD":{"TYPE":"TEXT","ACTIVE":false},"R":{"TYPE":"RECORD","RECORD_TYPE":{"X":{"TYPE":"TEXT","ACTIVE":false},"Y":{"TYPE":"TEXT"}}},
             "GONE":{"TYPE":"RECORD","ACTIVE":false,"RECORD_TYPE":{}}}}"#,
    )
    .unwrap();
    let hidden = ViewPlan::new(&schema, true, RULES);
    assert_eq!(names(&hidden), ["A", "A_R"]);
    assert_eq!(columns(&hidden, "A_R"), ["DOCUMENT_ID", "Y"]);
    assert_eq!(names(&ViewPlan::new(&schema, false, RULES)), ["A", "A_R", "A_GONE"]);
}

proptest::proptest! {
    #[test]
    fn names_are_unique_and_legal(names in proptest::collection::vec("[aA_2\\x00sqlite]{0,9}", 0..30)) {
        let mut taken = HashSet::new();
        let given = settle(&names, &mut taken, NameRules { max_units: Some(6), ..RULES });
        let unique: HashSet<String> = given.iter().map(|n| n.to_lowercase()).collect();
        proptest::prop_assert_eq!(unique.len(), names.len());
        for name in given {
            proptest::prop_assert!(!name.is_empty() && name.len() <= 6 && !name.contains('\0'));
        }
    }
}
