// A program in TypeScript.  What it takes for granted of the answers, the compiler has checked against the document.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./widget-api.js";

type Widget = components["schemas"]["Widget"];

const { ORIGIN, ADMIN_EMAIL, PASSWORD } = process.env as Record<string, string>;
const ACCOUNT = { email: "typescript@example.com", password: "battery-staple" };
const FIELDS = { info_url: "https://www.widget.info", deadline: "2099-12-31" };

const nobody = createClient<paths>({ baseUrl: `${ORIGIN}/api/v1` });
let admin: Client<paths>;
let user: Client<paths>;

function clientOf(token: string): Client<paths> {
  return createClient<paths>({ baseUrl: `${ORIGIN}/api/v1`, headers: { Authorization: `Bearer ${token}` } });
}

async function allWidgets(): Promise<Widget[]> {
  const found: Widget[] = [];
  for (let page = 1; ; page++) {
    const { data } = await user.GET("/widgets", { params: { query: { page, per_page: 5 } } });
    assert(data);
    found.push(...data.items);
    const last: string = data.links.last;
    assert(last);
    if (!data.has_next) return found;
  }
}

before(async () => {
  const registered = await nobody.POST("/auth/register", { body: ACCOUNT });
  const loggedIn = await nobody.POST("/auth/login", { body: { email: ADMIN_EMAIL, password: PASSWORD } });
  assert(registered.data && loggedIn.data);
  user = clientOf(registered.data.access_token);
  admin = clientOf(loggedIn.data.access_token);
});

test("a login gives a token that says how long it lives", async () => {
  const { data } = await nobody.POST("/auth/login", { body: ACCOUNT });

  const seconds: number | undefined = data?.expires_in;
  assert.equal(seconds, 3600);
});

test("a registered user is told who he is", async () => {
  const { data } = await user.GET("/auth/user");

  const isAdmin: boolean | undefined = data?.admin;
  assert.equal(isAdmin, false);
  assert.equal(data?.email, ACCOUNT.email);
});

test("a new widget is read with its owner", async () => {
  const created = await admin.POST("/widgets", { body: { name: "new-ts", ...FIELDS } });
  const { data } = await user.GET("/widgets/{name}", { params: { path: { name: "new-ts" } } });

  assert.equal(created.response.status, 201);
  assert.equal(data?.deadline_iso8601, "2099-12-31T23:59:59+00:00");
  assert.equal(data?.owner.email, ADMIN_EMAIL);
});

test("all pages together are all widgets", async () => {
  for (let number = 0; number < 7; number++) {
    await admin.POST("/widgets", { body: { name: `page-ts-${number}`, ...FIELDS } });
  }

  const names = (await allWidgets()).map((widget) => widget.name);

  assert.equal(new Set(names).size, names.length);
  assert.equal(names.filter((name) => name.startsWith("page-ts-")).length, 7);
});

test("an update returns the widget as it is now", async () => {
  await admin.POST("/widgets", { body: { name: "old-ts", ...FIELDS } });

  const { data } = await admin.PUT("/widgets/{name}", {
    params: { path: { name: "old-ts" } },
    body: { ...FIELDS, info_url: "https://www.widget.info/new" },
  });

  assert.deepEqual([data?.name, data?.info_url], ["old-ts", "https://www.widget.info/new"]);
});

test("a deleted widget is gone", async () => {
  const params = { path: { name: "gone-ts" } };
  await admin.POST("/widgets", { body: { name: "gone-ts", ...FIELDS } });

  const deleted = await admin.DELETE("/widgets/{name}", { params });
  const { error } = await user.GET("/widgets/{name}", { params });

  assert.equal(deleted.response.status, 204);
  assert.equal(error?.message, "gone-ts not found in database.");
});

test("a token that was logged out is refused", async () => {
  const { data } = await nobody.POST("/auth/login", { body: ACCOUNT });
  const leaving = clientOf(data?.access_token ?? "");

  const done = await leaving.POST("/auth/logout");
  const { error } = await leaving.GET("/auth/user");

  assert.equal(done.data?.message, "successfully logged out");
  assert.equal(error?.message, "Token blacklisted. Please log in again.");
});

test("what the document does not know is refused by the compiler", async () => {
  const { data } = await user.GET("/widgets", { params: { query: { per_page: 5 } } });

  // @ts-expect-error a widget has no colour
  data?.items[0]?.colour;
  // @ts-expect-error no page has seven widgets
  await user.GET("/widgets", { params: { query: { per_page: 7 } } });
  // @ts-expect-error a widget wants a deadline
  await admin.POST("/widgets", { body: { name: "x", info_url: FIELDS.info_url } });
});
