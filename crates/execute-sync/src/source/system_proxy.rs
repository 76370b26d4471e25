//! Which proxy of the system stands between this machine and an address: what the client goes by when a profile names none.

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::profile::is_on_this_machine;

/// The system's proxy for this address, without its login; none = directly. Reads the settings of the system anew.
pub fn system_proxy(address: &str) -> Option<String> {
    proxy_for(&Matcher::from_system(), address)
}

fn proxy_for(matcher: &Matcher, address: &str) -> Option<String> {
    if Url::parse(address).is_ok_and(|url| is_on_this_machine(&url)) {
        return None;
    }
    let proxy = matcher.intercept(&address.parse().ok()?)?;
    let uri = proxy.uri();
    Some(format!("{}://{}", uri.scheme_str().unwrap_or("http"), uri.authority()?.as_str().rsplit('@').next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxy_in_force_is_told_without_its_login() {
        let matcher = Matcher::builder().https("http://bob:hunter2@proxy.example:3128").no("inside.example").build();
        assert_eq!(proxy_for(&matcher, "https://afe.example/x").as_deref(), Some("http://proxy.example:3128"));
        assert_eq!(proxy_for(&matcher, "https://inside.example/"), None);
        assert_eq!(proxy_for(&matcher, "http://afe.example/"), None, "another scheme, another proxy");
        assert_eq!(proxy_for(&matcher, "no address"), None);
    }

    #[test]
    fn this_machine_is_asked_directly() {
        let matcher = Matcher::builder().all("http://proxy.example:3128").build();
        for address in ["http://localhost:9102", "http://127.0.0.1/x", "https://[::1]:8443", "http://a.localhost"] {
            assert_eq!(proxy_for(&matcher, address), None, "{address}");
        }
        assert!(proxy_for(&matcher, "http://localhost.example").is_some(), "only its name begins like ours");
    }
}
