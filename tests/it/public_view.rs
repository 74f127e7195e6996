//! The public view, kept closed until an approver opens it.

use crate::edge::{Ask, House};

#[test]
fn what_is_kept_closed_tells_nobody_anything_until_an_approver_opens_it() {
    let house = House::open();
    house.service.keep_public_closed().expect("a vault");
    let paths = [
        "/api/v1/gaps",
        "/api/v1/villages/kon-doc",
        "/api/v1/order",
        "/api/v1/communes",
        "/tiles/villages.json",
        "/tiles/villages/8/205/117.mvt",
        "/events",
    ];
    for path in paths {
        let answer = house.get(path, "public");
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (401, Some("public-closed")),
            "{path}"
        );
        assert_ne!(answer.header("www-authenticate"), "");
    }
    // Who has a key, the page itself and its way in go on.
    for (path, role) in [
        ("/api/v1/gaps", "viettel"),
        ("/api/v1/gaps", "commune"),
        ("/api/v1/gaps", "planner"),
        ("/api/v1/me", "public"),
        ("/", "public"),
        ("/healthz", "public"),
        ("/openapi.json", "public"),
    ] {
        assert_eq!(house.get(path, role).status, 200, "{path} {role}");
    }
    assert_eq!(house.get("/api/v1/me", "public").json()["public_closed"], true);
    let open = |role: &str, body: &str| house.post("/api/v1/public-view", role, body).status;
    assert_eq!(
        house.ask(&Ask::json("POST", "/api/v1/public-view", r#"{"open":true}"#)).status,
        401
    );
    assert_eq!(
        (open("officer", r#"{"open":true}"#), open("admin", r#"{"open":true}"#)),
        (403, 403)
    );
    assert_eq!(open("approver", r#"{"open":false}"#), 422);
    assert_eq!(house.get("/api/v1/gaps", "public").status, 401);
    assert_eq!(open("approver", r#"{"open":true}"#), 200);
    assert_eq!(house.get("/api/v1/gaps", "public").status, 200);
    assert!(house.get("/api/v1/me", "public").json().get("public_closed").is_none());
    // A start that would keep it closed finds it opened.
    house.service.keep_public_closed().expect("a vault");
    assert_eq!(house.get("/api/v1/gaps", "public").status, 200);
}
