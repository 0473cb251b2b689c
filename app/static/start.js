// Starts Swagger UI.  A file of its own, because the page's policy lets no script stand in the page.
"use strict";

const place = document.getElementById("swagger-ui");

window.ui = SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  docExpansion: "list",
  validatorUrl: null, // the document stays here
});
