"""The documents that describe the API: Swagger 2.0, OpenAPI 3.1, a Postman collection."""
