"""The page of Swagger UI, as a person with a mouse and a keyboard sees it."""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

UI = "/api/v1/ui"
JSON = "application/json"
TIMEOUT = 60  # seconds; a machine may have much else to do
WORTH_READING = {"WARNING", "SEVERE"}
INSIDE_THE_BROWSER = ("data:", "blob:", "chrome:")

CLICK_ALL = "return [...document.querySelectorAll(arguments[0])].map((element) => element.click()).length"
DOWN_TO_THE_LAST_OPERATION = """
    const { bottom } = [...document.querySelectorAll(".opblock")].at(-1).getBoundingClientRect();
    return { x: 0, y: 0, width: innerWidth, height: bottom + 20 };
"""


@dataclass(frozen=True)
class Answer:
    """The server's answer as the page shows it."""

    status: int
    body: Any


class SwaggerPage:
    """The page on the server at *origin*."""

    def __init__(self, browser: Chrome, origin: str) -> None:
        self.browser, self.origin = browser, origin

    def open(self) -> None:
        """Open it anew, and wait until it shows the operations."""
        self.complaints()
        self.requested()
        self.browser.get(self.origin + UI)
        self.find(".opblock")

    def find(self, selector: str) -> WebElement:
        """Return the first element that *selector* finds, once there is one."""
        return find_in(self.browser, selector)

    def open_all(self, closed: str, opened: str) -> int:
        """Click on all that *closed* finds, wait for as many that *opened* finds, and return how many."""
        clicked: int = self.browser.execute_script(CLICK_ALL, closed)
        WebDriverWait(self.browser, TIMEOUT).until(
            lambda _: len(self.browser.find_elements(By.CSS_SELECTOR, opened)) == clicked, opened
        )
        return clicked

    def authorize(self, token: str) -> None:
        """Paste *token* into the box behind the button Authorize."""
        self.find(".auth-wrapper .authorize").click()
        self.find(".auth-container input").send_keys(token)
        self.find(".auth-btn-wrapper .authorize").click()
        self.find(".auth-btn-wrapper .btn-done").click()

    def try_out(
        self,
        method: str,
        path: str,
        body: Mapping[str, str] | None = None,
        media_type: str = JSON,
        **parameters: str,
    ) -> Answer:
        """Fill in *parameters* and *body* of an operation, execute it and return what the page shows then."""
        block = self._operation(method, path)
        find_in(block, ".opblock-summary-control").click()
        find_in(block, ".try-out__btn").click()
        for name, value in parameters.items():
            fill_in(find_in(block, f"[data-param-name='{name}'] :is(input, select)"), value)
        if body is not None:
            fill_in_body(block, body, media_type)
        find_in(block, ".execute").click()
        return shown_answer(block)

    def _operation(self, method: str, path: str) -> WebElement:
        return self.find(f".opblock-{method.lower()}:has([data-path='{path}'])")

    def picture(self) -> bytes:
        """Return a PNG of the page, down to its last operation."""
        clip = self.browser.execute_script(DOWN_TO_THE_LAST_OPERATION)
        shot = self.browser.execute_cdp_cmd(
            "Page.captureScreenshot", {"clip": clip | {"scale": 1}, "captureBeyondViewport": True}
        )
        return b64decode(shot["data"])

    def complaints(self) -> list[str]:
        """Return, and forget, what the console has warned of; violations of the policy are among it."""
        return [
            entry["message"] for entry in self.browser.get_log("browser") if entry["level"] in WORTH_READING
        ]

    def requested(self) -> list[str]:
        """Return, and forget, the URLs that the page has asked the network for."""
        return [url for url in self._sent() if not url.startswith(INSIDE_THE_BROWSER)]

    def _sent(self) -> Iterator[str]:
        for entry in self.browser.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                yield event["params"]["request"]["url"]


def find_in(place: Chrome | WebElement, selector: str) -> WebElement:
    """Return the first element in *place* that *selector* finds, once there is one."""
    return WebDriverWait(place, TIMEOUT).until(
        lambda _: place.find_element(By.CSS_SELECTOR, selector), selector
    )


def fill_in(field: WebElement, value: str) -> None:
    """Choose *value*, or type it instead of what is there."""
    if field.tag_name == "select":
        Select(field).select_by_visible_text(value)
    else:
        field.send_keys(Keys.CONTROL, "a", Keys.NULL, value)


def fill_in_body(block: WebElement, body: Mapping[str, str], media_type: str) -> None:
    """Choose *media_type* and fill in *body*: as a text if it is JSON, else in the boxes of a form."""
    Select(find_in(block, ".body-param-content-type select")).select_by_visible_text(media_type)
    if media_type == JSON:
        fill_in(find_in(block, ".body-param__text"), json.dumps(body))
        return
    for name, value in body.items():
        fill_in(find_in(block, f"[data-property-name='{name}'] input"), value)


def shown_answer(block: WebElement) -> Answer:
    """Return the answer that the operation of *block* shows, once it does."""
    table = find_in(block, ".live-responses-table")
    status = find_in(table, "tbody .response-col_status")
    body = find_in(table, ".highlight-code code")
    return Answer(int(status.text.split()[0]), json.loads(body.get_property("textContent")))
