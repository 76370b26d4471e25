use execute_sample::*;
use std::io::Write;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let docs = a.get(2).and_then(|s| s.parse().ok());
    let t = std::time::Instant::now();
    let all = a.get(3).is_some();
    let w = World::new(&SampleOptions { documents: docs, all_versions: all, ..Default::default() });
    let made = t.elapsed();
    match a[1].as_str() {
        "dump" => {
            let mut o = std::io::BufWriter::new(std::io::stdout());
            for l in w.lines(false) {
                writeln!(o, "{l}").unwrap();
            }
        }
        "dumpcalc" => {
            let mut o = std::io::BufWriter::new(std::io::stdout());
            for l in w.lines(true) {
                writeln!(o, "{l}").unwrap();
            }
        }
        "schema" => {
            let mut o = std::io::stdout();
            writeln!(o, "{}", w.schema(true)).unwrap();
        }
        "speed" => {
            let t = std::time::Instant::now();
            let mut l = w.lines(false);
            let mut buf = Vec::new();
            let mut n = 0;
            loop {
                buf.clear();
                if !l.write(&mut buf, 65536) {
                    break;
                }
                n += buf.len();
            }
            let e = t.elapsed();
            let mut o = std::io::stdout();
            writeln!(
                o,
                "docs {} bytes {} MB, {:?} = {:.0} MB/s; made in {:?}",
                w.documents(),
                n / 1000000,
                e,
                n as f64 / 1e6 / e.as_secs_f64(),
                made
            )
            .unwrap();
            for _ in 0..12 {
                let t = std::time::Instant::now();
                let k = w.tick();
                let mut m = std::collections::BTreeMap::new();
                for c in &k.changed {
                    *m.entry((c.document_type.clone(), if c.version == 1 { "new" } else { "upd" })).or_insert(0) += 1;
                }
                writeln!(o, "{} {:?} {:?} {:?}", k.mark, k.changed.len(), m, t.elapsed()).unwrap();
            }
        }
        _ => {}
    }
}
