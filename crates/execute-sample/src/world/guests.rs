//! What came by hand: documents that are not in the plan, and fields that replace planned ones.

use std::collections::HashMap;
use std::sync::Arc;

use super::log::Subject;

#[derive(Default)]
pub(super) struct Guests {
    names: Vec<(String, String)>,
    numbers: HashMap<(String, String), u32>,
    fields: HashMap<(Subject, u32), Arc<str>>,
}

impl Guests {
    pub(super) fn find(&self, document_type: &str, id: &str) -> Option<Subject> {
        self.numbers.get(&(document_type.to_owned(), id.to_owned())).map(|number| Subject::Guest(*number))
    }

    pub(super) fn admit(&mut self, document_type: &str, id: &str) -> Subject {
        if let Some(subject) = self.find(document_type, id) {
            return subject;
        }
        let name = (document_type.to_owned(), id.to_owned());
        let number = self.names.len() as u32;
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        Subject::Guest(number)
    }

    /// Type and id of a guest.
    pub(super) fn name(&self, number: u32) -> (&str, &str) {
        let (document_type, id) = &self.names[number as usize];
        (document_type, id)
    }

    pub(super) fn set_fields(&mut self, subject: Subject, version: u32, fields: Arc<str>) {
        self.fields.insert((subject, version), fields);
    }

    pub(super) fn fields(&self, subject: Subject, version: u32) -> Arc<str> {
        self.fields.get(&(subject, version)).map_or_else(|| Arc::from(""), Arc::clone)
    }
}
