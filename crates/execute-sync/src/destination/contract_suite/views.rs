//! Helper views as objects: made, left alone, replaced, dropped, refused. What they show is in `view_rows`.

use super::stand::{Outcome, Page, Stand, doc_with, failed, plan, same};
use super::{Table, ViewRow};
use crate::destination::ViewReport;

async fn create(stand: &mut Stand<'_>, schema: &str) -> Outcome<ViewReport> {
    let plan = plan(stand.ground, schema)?;
    stand.destination.create_views(&plan).await.map_err(failed("create_views"))
}

/// The columns of a view with their values of one row; `None` if there is no view.
async fn one_row(stand: &mut Stand<'_>, view: &str) -> Outcome<Option<ViewRow>> {
    let rows = stand.ground.view(view).await.map_err(failed(view))?;
    match rows {
        None => Ok(None),
        Some(mut rows) if rows.len() == 1 => Ok(rows.pop()),
        Some(rows) => Err(format!("{view} has {} rows, expected 1", rows.len())),
    }
}

/// The fields after the columns that every type has.
async fn fields(stand: &mut Stand<'_>, view: &str) -> Outcome<Vec<String>> {
    let row = one_row(stand, view).await?.ok_or_else(|| format!("there is no view {view}"))?;
    Ok(row.into_iter().skip(5).map(|(column, value)| format!("{column}={}", value.unwrap_or_default())).collect())
}

fn lists(report: &ViewReport) -> [Vec<&str>; 3] {
    [&report.created, &report.changed, &report.dropped].map(|names| {
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        names.sort_unstable();
        names
    })
}

const ONE: &str = r#"{"A":{"X":{"TYPE":"TEXT"}},"B":{"X":{"TYPE":"TEXT"}}}"#;
const TWO: &str = r#"{"A":{"Y":{"TYPE":"INTEGER"},"X":{"TYPE":"TEXT"}},"C":{"X":{"TYPE":"TEXT"},
    "R":{"TYPE":"RECORD","RECORD_TYPE":{"Z":{"TYPE":"TEXT"}}}}}"#;

async fn with_documents(stand: &mut Stand<'_>) -> Outcome {
    stand.destination.prepare(Some(&super::stand::first_state())).await.map_err(failed("prepare"))?;
    let members = r#""X":"x","Y":12,"R":{"Z":"z"}"#;
    stand.store(&Page::new(["A", "B", "C", "WIDE"].map(|t| doc_with(t, "1", 1, members)))).await.map(|_| ())
}

pub(super) async fn follow_the_schema(stand: &mut Stand<'_>) -> Outcome {
    with_documents(stand).await?;
    let report = create(stand, ONE).await?;
    let base = [Table::LatestAllVersions, Table::Latest].map(Table::name);
    let [created, changed, dropped] = lists(&report);
    let mut expected = vec!["A", "B", base[0], base[1]];
    expected.sort_unstable();
    same("created", &created, &expected)?;
    same("changed, dropped, refused", &(changed.len(), dropped.len(), report.refused.len()), &(0, 0, 0))?;
    same("the fields of A", &fields(stand, "A").await?, &vec!["X=x".to_owned()])?;

    stand.reopen().await?;
    same("what the same schema changes", &create(stand, ONE).await?, &ViewReport::default())?;

    let report = create(stand, TWO).await?;
    same("created, changed, dropped", &lists(&report), &[vec!["C", "C_R"], vec!["A"], vec!["B"]])?;
    same("the fields of A", &fields(stand, "A").await?, &vec!["Y=12".to_owned(), "X=x".to_owned()])?;
    same("the fields of C", &fields(stand, "C").await?, &vec!["X=x".to_owned()])?;
    same("B, whose type is gone", &one_row(stand, "B").await?, &None)?;

    let report = create(stand, "{}").await?;
    same("created, changed, dropped", &lists(&report), &[vec![], vec![], vec!["A", "C", "C_R"]])?;
    stand.holds("the base views", Table::Latest, &["A/1 v1 #0", "B/1 v1 #0", "C/1 v1 #0", "WIDE/1 v1 #0"]).await
}

pub(super) async fn foreign_objects(stand: &mut Stand<'_>) -> Outcome {
    with_documents(stand).await?;
    stand.ground.plant_table("B").await.map_err(failed("making a table"))?;
    stand.ground.plant_table("OTHER").await.map_err(failed("making a table"))?;
    for schema in [ONE, ONE, TWO, ONE, "{}"] {
        let report = create(stand, schema).await?;
        let refused: Vec<&str> = report.refused.iter().map(|(name, _)| name.as_str()).collect();
        let expected = if schema == ONE { vec!["B"] } else { vec![] };
        same("refused", &refused, &expected)?;
        for (_, why) in &report.refused {
            same("whether a reason is given", &why.is_empty(), &false)?;
        }
        for name in ["B", "OTHER"] {
            let touched = lists(&report).iter().any(|names| names.contains(&name));
            same(&format!("whether {name} is reported as made, changed or dropped"), &touched, &false)?;
            let rows = stand.ground.view(name).await.map_err(failed(name))?;
            same(&format!("the rows of {name}, a table of somebody else"), &rows, &Some(Vec::new()))?;
        }
    }
    Ok(())
}

pub(super) async fn failing_view(stand: &mut Stand<'_>) -> Outcome {
    with_documents(stand).await?;
    create(stand, r#"{"WIDE":{"X":{"TYPE":"TEXT"}},"A":{"X":{"TYPE":"TEXT"}}}"#).await?;
    let before = one_row(stand, "WIDE").await?;
    let columns: Vec<String> =
        (0..stand.ground.too_many_columns()).map(|i| format!(r#""F{i}":{{"TYPE":"TEXT"}}"#)).collect();
    let columns = columns.join(",");
    let schema = format!(
        r#"{{"WIDE":{{{columns}}},"NEW":{{{columns}}},"A":{{"Y":{{"TYPE":"INTEGER"}}}},"C":{{"X":{{"TYPE":"TEXT"}}}}}}"#
    );
    for round in 1..=2 {
        let report = create(stand, &schema).await?;
        let refused: Vec<&str> = report.refused.iter().map(|(name, _)| name.as_str()).collect();
        same(&format!("refused in round {round}"), &refused, &vec!["WIDE", "NEW"])?;
        let expected = if round == 1 { [vec!["C"], vec!["A"], vec![]] } else { Default::default() };
        same(&format!("created, changed, dropped in round {round}"), &lists(&report), &expected)?;
        same("the view that cannot be made", &one_row(stand, "WIDE").await?, &before)?;
        same("the view that never could", &one_row(stand, "NEW").await?, &None)?;
        same("the view beside them", &fields(stand, "A").await?, &vec!["Y=12".to_owned()])?;
    }
    Ok(())
}
