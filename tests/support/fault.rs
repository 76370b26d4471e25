//! Faults of an answer, by the name of what goes wrong. Each changes an answer that was right.

use std::sync::Arc;

use super::execute::{Ask, Fault, Plan, What};
use super::wire::{At, Framing, Gate, Pace, Repack, Reply, Then};

/// Any change at all.
pub fn change(fault: impl Fn(&mut Reply) + Send + Sync + 'static) -> Fault {
    Arc::new(fault)
}

/// Several changes, in their order.
pub fn all(faults: Vec<Fault>) -> Fault {
    change(move |reply| faults.iter().for_each(|fault| fault(reply)))
}

/// The answer ends at a place, and then something happens to the connection.
pub fn cut(at: At, then: Then) -> Fault {
    change(move |reply| {
        reply.cut = Some(at);
        reply.then = then.clone();
    })
}

/// The answer is whole, and then something happens to the connection.
pub fn then(then: Then) -> Fault {
    change(move |reply| reply.then = then.clone())
}

pub fn pace(pace: Pace) -> Fault {
    change(move |reply| reply.pace = pace)
}

pub fn framing(framing: Framing) -> Fault {
    change(move |reply| {
        reply.framing = framing;
        if matches!(framing, Framing::Close | Framing::Http10) {
            reply.then = Then::Fin;
        }
    })
}

/// The answer waits before a gate once so many hundredths of its bytes are sent; 0 = before the first.
pub fn held(share: usize, gate: &Gate) -> Fault {
    let gate = gate.clone();
    change(move |reply| reply.held = Some((share, gate.clone())))
}

/// Another status line, with a short body.
pub fn status(status: &'static str) -> Fault {
    change(move |reply| {
        reply.status = status.to_owned();
        reply.headers.clear();
        reply.body = b"{\"message\":\"not now\"}".to_vec();
    })
}

/// A header with this value instead of what stands there.
pub fn header(name: &'static str, value: impl AsRef<[u8]> + Send + Sync + 'static) -> Fault {
    change(move |reply| reply.set(name, value.as_ref()))
}

/// One more header, whether or not there is one of this name.
pub fn one_more_header(name: &'static str, value: impl AsRef<[u8]> + Send + Sync + 'static) -> Fault {
    change(move |reply| reply.headers.push((name.to_owned(), value.as_ref().to_vec())))
}

pub fn no_header(name: &'static str) -> Fault {
    change(move |reply| reply.remove(name))
}

/// Another body under the same headers.
pub fn body(body: impl AsRef<[u8]> + Send + Sync + 'static) -> Fault {
    change(move |reply| reply.body = body.as_ref().to_vec())
}

/// The body as it was, changed.
pub fn body_with(change_body: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> Fault {
    change(move |reply| reply.body = change_body(&reply.body))
}

/// The packed bytes, changed.
pub fn repack(change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static) -> Fault {
    let change: Repack = Arc::new(change);
    self::change(move |reply| reply.repack = Some(Arc::clone(&change)))
}

/// Content-Length differs from the truth by so much.
pub fn length_off_by(bytes: i64) -> Fault {
    change(move |reply| {
        reply.framing = Framing::Length;
        reply.length_off_by = bytes;
    })
}

/// The plan that injects `fault` into requests of a kind: into the one with this number only, or into it and all later.
pub fn plan(what: What, number: usize, once: bool, fault: Fault) -> Plan {
    Arc::new(move |ask: &Ask| {
        let is_hit = ask.what == what && if once { ask.number == number } else { ask.number >= number };
        is_hit.then(|| Arc::clone(&fault))
    })
}
