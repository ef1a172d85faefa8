//! The report page in a real browser: Chromium, driven by chromedriver over a loopback socket (W3C WebDriver).
//!
//! One start of the browser serves all checks of a page; every check says in its message what a reader would miss.

use crate::tools::{pages_of, tool};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running chromedriver with one window; both end with it.
struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts on a port that the driver chooses; `None`, told by name, where the programs are not there.
    fn start() -> Option<Browser> {
        if !tool("chromedriver", &["--version"]) || !tool("chromium", &["--version"]) {
            return None;
        }
        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let mut lines = BufReader::new(driver.stdout.take().expect("its output is ours")).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse().ok())
            .expect("chromedriver says its port");
        // Keeps the pipe empty, so that the driver never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let mut browser = Browser { driver, port, session: String::new() };
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--window-size=1280,900",
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments, "binary": which("chromium") },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        }}});
        let session = browser.call("POST", "/session", &wanted);
        browser.session = session["sessionId"].as_str().expect("a session").to_owned();
        Some(browser)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("chromedriver listens");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a limit");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.port,
            body.len()
        );
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body.as_bytes()))
            .expect("the request is sent");
        let mut reader = BufReader::new(stream);
        let mut length = None;
        let mut line = String::new();
        while reader.read_line(&mut line).expect("a head") > 0 && !line.trim().is_empty() {
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
            line.clear();
        }
        let mut answer = vec![0; length.expect("the answer says its length")];
        reader.read_exact(&mut answer).expect("the whole answer");
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        assert!(answer["value"]["error"].is_null(), "{method} {path}: {}", answer["value"]);
        answer["value"].clone()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("/session/{}/{path}", self.session), body)
    }

    fn open(&self, page: &Path) {
        self.post("url", &json!({ "url": format!("file://{}", page.display()) }));
    }

    /// Runs script in the page, as `return …`.
    fn ask(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    fn devtools(&self, command: &str, params: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": params }))
    }

    fn width(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
        // The page measures its tables a moment after the window has changed.
        let wait = "const done = arguments[0]; setTimeout(done, 400);";
        self.post("execute/async", &json!({ "script": wait, "args": [] }));
    }

    /// Presses keys one after another, as a person without a mouse does.
    fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() })))
            .collect();
        self.post("actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }));
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        self.post("se/log", &json!({ "type": kind })).as_array().cloned().unwrap_or_default()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends the browser with the session; a driver that is gone already has ended it too.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let head =
                format!("DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", self.session);
            drop(stream.set_read_timeout(Some(Duration::from_secs(20))));
            drop(stream.write_all(head.as_bytes()).and_then(|()| stream.read(&mut [0; 64])));
        }
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

fn which(name: &str) -> String {
    let output = Command::new("sh").args(["-c", &format!("command -v {name}")]).output().expect("a shell");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// The page of a project, written by the program itself.
fn page_of(project: &str, folder: &Path) -> std::path::PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(project);
    let output = Command::new(env!("CARGO_BIN_EXE_yinxiang"))
        .current_dir(root)
        .args(["run", "-q", "--only", "index.html", "--out"])
        .arg(folder)
        .output()
        .expect("the program starts");
    let page = folder.join("index.html");
    assert!(page.exists(), "{}", String::from_utf8_lossy(&output.stderr));
    page
}

/// Rows of the trial against the published figures: untouched, every decimal and every rank is the published one.
const UNTOUCHED: &str = "const rows = [...document.querySelectorAll('#page-trial-table tbody tr')];
    const wrong = rows.filter(row => row.cells[2].textContent !== row.cells[4].textContent
        || row.cells[3].textContent !== row.cells[5].textContent).map(row => row.textContent);
    const data = JSON.parse(document.getElementById('page-trial-data').textContent);
    const base = rows.filter(row => {
        const unit = data.units.find(unit => unit.name === row.cells[0].textContent);
        return (unit.base === null ? '—' : unit.base) !== row.cells[1].textContent;
    }).map(row => row.textContent);
    return [rows.length, wrong.concat(base)];";

#[test]
fn the_page_works_in_a_real_browser() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = page_of(".", folder.path());
    browser.open(&page);
    sorts_and_filters(&browser);
    finds_and_jumps(&browser);
    unfolds_what_a_link_leads_to(&browser);
    tries_weights(&browser);
    is_usable_without_eyes_and_without_a_mouse(&browser);
    fits_phone_and_projector(&browser);
    prints(&browser, &page, folder.path());
    let complaints: Vec<Value> = browser.log("browser");
    assert!(complaints.is_empty(), "the console stays empty: {complaints:?}");
    let asked: Vec<String> = browser
        .log("performance")
        .iter()
        .filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok())
        .filter(|entry| entry["message"]["method"] == "Network.requestWillBeSent")
        .filter_map(|entry| entry["message"]["params"]["request"]["url"].as_str().map(str::to_owned))
        .filter(|url| !url.starts_with("data:"))
        .map(|url| url.split('#').next().unwrap_or_default().to_owned())
        .collect();
    assert!(!asked.is_empty(), "the log of requests is kept");
    let own = format!("file://{}", page.display());
    assert!(asked.iter().all(|url| *url == own), "nothing but the file itself is read: {asked:?}");
    // A second project: a geometric mean.
    let other = page_of("examples/hdi", folder.path());
    browser.open(&other);
    let rows = browser.ask(UNTOUCHED);
    assert!(rows[0].as_u64() > Some(1) && rows[1] == json!([]), "untouched sliders show the published result: {rows}");
}

fn sorts_and_filters(browser: &Browser) {
    let column = "const names = () => [...document.querySelectorAll('#ranking tbody tr')].map(row => row.textContent);
        const head = [...document.querySelectorAll('#ranking th[data-sort]')].find(th => th.textContent.includes('基础分'));
        const keys = () => [...document.querySelectorAll('#ranking tbody tr')]
            .map(row => Number(row.cells[head.dataset.sort].dataset.key));
        const before = names();
        head.querySelector('button').click();
        const down = keys().every((key, at, all) => at === 0 || all[at - 1] >= key) && head.ariaSort === 'descending';
        head.querySelector('button').click();
        const up = keys().every((key, at, all) => at === 0 || all[at - 1] <= key) && head.ariaSort === 'ascending';
        head.querySelector('button').click();
        return [down, up, JSON.stringify(names()) === JSON.stringify(before) && !head.hasAttribute('aria-sort')];";
    assert_eq!(browser.ask(column), json!([true, true, true]), "down, up and back to the printed order");
    let filter = "const select = document.querySelector('#results .filter select');
        const shown = () => [...document.querySelectorAll('#ranking tbody tr')].filter(row => row.offsetParent).length;
        const all = shown();
        select.selectedIndex = 1; select.dispatchEvent(new Event('change'));
        const some = shown();
        select.selectedIndex = 0; select.dispatchEvent(new Event('change'));
        return some > 0 && some < all && shown() === all;";
    assert_eq!(browser.ask(filter), json!(true), "the filter shows one group and then all");
}

fn finds_and_jumps(browser: &Browser) {
    let name = browser.ask("return document.querySelector('#ranking tbody th a').textContent");
    let name = name.as_str().expect("the first of the ranking").to_owned();
    browser.ask("document.activeElement.blur()");
    browser.press("/");
    assert_eq!(browser.ask("return document.activeElement.id"), json!("page-search-input"), "/ leads to the search");
    browser.press(&name);
    let state = "const input = document.activeElement;
        const option = document.getElementById(input.getAttribute('aria-activedescendant'));
        return [input.getAttribute('role'), input.getAttribute('aria-expanded'), option.getAttribute('role'),
            option.getAttribute('aria-selected'), option.textContent];";
    let state = browser.ask(state);
    assert_eq!([&state[0], &state[1], &state[2], &state[3]], ["combobox", "true", "option", "true"], "{state}");
    assert!(state[4].as_str().is_some_and(|text| text.contains(&name)), "{state}");
    // Down and up again, then Enter.
    browser.press("\u{E015}\u{E013}\u{E007}");
    let place = browser.ask("return [location.hash, document.activeElement.firstElementChild.textContent]");
    assert!(place[0].as_str().is_some_and(|hash| hash.starts_with("#unit-")) && place[1] == json!(name), "{place}");
}

fn unfolds_what_a_link_leads_to(browser: &Browser) {
    let script = "const fold = document.querySelector('details:not([open]) table').closest('details');
        const table = fold.querySelector('table');
        const link = document.createElement('a'); link.href = '#' + table.id; document.body.append(link);
        const done = arguments[0];
        window.addEventListener('hashchange', () => setTimeout(() => { link.remove(); done(fold.open); }, 50), { once: true });
        link.click();";
    assert_eq!(browser.post("execute/async", &json!({ "script": script, "args": [] })), json!(true));
    let ways = "const unit = document.querySelector('section[id^=unit-]');
        const there = unit.querySelector('a[href^=\"#indicator-\"]');
        const indicator = document.getElementById(there.hash.slice(1));
        const back = indicator.querySelector('a[href=\"#' + unit.id + '\"]');
        return [Boolean(back), /›|!/.test(back.closest('tr').textContent)];";
    assert_eq!(browser.ask(ways), json!([true, true]), "unit to indicator, source cell, and back");
}

fn tries_weights(browser: &Browser) {
    let rows = browser.ask(UNTOUCHED);
    assert!(rows[0].as_u64() > Some(1) && rows[1] == json!([]), "untouched sliders show the published result: {rows}");
    browser.ask("document.querySelector('#page-trial input').focus()");
    // End and Home: one part counts all, then nothing.
    browser.press("\u{E010}");
    let moved = "return [...document.querySelectorAll('#page-trial-table tbody tr')]
        .filter(row => row.cells[1].textContent !== row.cells[4].textContent || /[↑↓]/.test(row.cells[6].textContent)).length";
    let order =
        "return [...document.querySelectorAll('#page-trial-table tbody th')].map(cell => cell.textContent).join()";
    let (changed, alone) = (browser.ask(moved), browser.ask(order));
    assert!(changed.as_u64() > Some(0), "keys move a slider and the table with it");
    let live = "const said = document.querySelector('#page-trial [aria-live]'); return said.textContent";
    assert!(browser.ask(live).as_str().is_some_and(|text| text.contains("位次与公布的不同")));
    browser.press("\u{E011}");
    assert_ne!(browser.ask(order), alone, "without the part the order is another");
    browser.ask("document.querySelector('#page-trial button').click()");
    assert_eq!(browser.ask(UNTOUCHED)[1], json!([]), "the button brings the published result back");
    assert_eq!(
        browser.ask("return document.querySelector('#page-trial').textContent.includes('试算，不改变公布结果')"),
        json!(true)
    );
}

fn is_usable_without_eyes_and_without_a_mouse(browser: &Browser) {
    let nameless = "const named = node => node.closest('[aria-hidden=true]') || node.getAttribute('aria-label')
            || node.getAttribute('alt') || node.closest('[role=img][aria-label]');
        return [...document.querySelectorAll('img, svg')].filter(node => !named(node)).length";
    assert_eq!(browser.ask(nameless), json!(0), "every picture has a name");
    let headings = "const levels = [...document.querySelectorAll('h1, main h2, main h3, main h4, main h5')].map(h => Number(h.tagName[1]));
        return levels.filter((level, at) => at > 0 && level > levels[at - 1] + 1).length";
    assert_eq!(browser.ask(headings), json!(0), "headings skip no level");
    let controls = "return [...document.querySelectorAll('input, select, textarea')]
        .filter(control => !control.labels.length && !control.getAttribute('aria-label')).length";
    assert_eq!(browser.ask(controls), json!(0), "every control has a label");
    let twice = "const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
        return ids.length - new Set(ids).size";
    assert_eq!(browser.ask(twice), json!(0), "an id stands once");
    let reach = "const stops = [...document.querySelectorAll('a[href], button, input, select, [tabindex=\"0\"]')];
        return stops.filter(stop => stop.matches('#page-trial input') && stop.tabIndex === 0).length > 1";
    assert_eq!(browser.ask(reach), json!(true), "the tab key reaches the sliders");
    browser.ask("document.querySelectorAll('#page-trial input')[0].focus()");
    browser.press("\u{E004}");
    assert_eq!(browser.ask("return document.activeElement.id"), json!("page-trial-1"), "from slider to slider by tab");
}

fn fits_phone_and_projector(browser: &Browser) {
    for (width, height) in [(360, 740), (1280, 900), (1920, 1080)] {
        browser.width(width, height);
        let size = browser.ask("return [document.documentElement.scrollWidth, innerWidth]");
        assert!(size[0].as_u64() <= size[1].as_u64(), "no sideways scrolling at {width}: {size}");
        assert_eq!(size[1], json!(width));
        let hints = "return [...document.querySelectorAll('.table > .scroll')].filter(box => box.clientWidth
            && box.scrollWidth > box.clientWidth + 1 && box.previousElementSibling?.className !== 'hint').length";
        assert_eq!(browser.ask(hints), json!(0), "a table that scrolls says so at {width}");
    }
}

fn prints(browser: &Browser, page: &Path, folder: &Path) {
    let folded = browser.ask("return document.querySelector('details:not([open]) caption').textContent");
    let pdf = folder.join("page.pdf");
    // The command of the browser itself: the driver's own gives up on a hundred sheets.
    // No pipes: a helper process of the browser may outlive it and keep them open.
    let status = Command::new("chromium")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", page.display()))
        .status()
        .expect("chromium starts");
    assert!(pdf.exists(), "{status}");
    if !tool("pdftotext", &["-v"]) {
        return;
    }
    let pages = pages_of(&pdf);
    assert!(pages.len() > 5, "{} pages", pages.len());
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let all = plain(&pages.concat());
    let folded = folded.as_str().expect("a folded table");
    assert!(all.contains(&plain(folded)), "paper shows what the screen folds away: {folded}");
    assert!(!all.contains("权重试算结果"), "a trial is no part of the printed report");
}
