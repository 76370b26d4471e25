//! A request to the fake server, as its log keeps it and its plan sees it.

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Schema,
    Page,
    Other,
}

/// A request, as a plan sees it.
#[derive(Debug, Clone)]
pub struct Ask {
    pub what: What,
    /// How many of its kind came before, plus one.
    pub number: usize,
    /// The connection it came on, from 1.
    pub connection: usize,
    /// `GET /path?query` between method and version.
    pub target: String,
    pub query: Vec<(String, String)>,
    /// The name that TLS was asked for.
    pub server_name: Option<String>,
    pub headers: Vec<(String, String)>,
}

impl Ask {
    /// Reads the head of a request.
    pub fn parse(head: &str, connection: usize) -> Ask {
        let mut lines = head.split("\r\n");
        let target = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let query = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), unescape(value)))
            .collect();
        let what = match path {
            path if path.ends_with("/fetch/document/schema") => What::Schema,
            path if path.ends_with("/fetch/document/") => What::Page,
            _ => What::Other,
        };
        Ask { what, number: 0, connection, target: target.clone(), query, headers, server_name: None }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// A value of a query: `+` is a blank, `%41` an A.
fn unescape(value: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), value.as_bytes());
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (first, hex.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
