-- The three tables as every peer has them: the columns, keys and indexes of this project's own migrations,
-- without whatever else those may add to be fast.
CREATE TABLE site_user (
    id {serial} NOT NULL,
    email varchar(255) NOT NULL,
    password_hash varchar(100) NOT NULL,
    registered_on {instant} NOT NULL,
    admin boolean NOT NULL,
    public_id varchar(36) NOT NULL,
    CONSTRAINT pk_site_user PRIMARY KEY (id),
    CONSTRAINT uq_site_user_email UNIQUE (email),
    CONSTRAINT uq_site_user_public_id UNIQUE (public_id)
);
CREATE TABLE token_blacklist (
    id {serial} NOT NULL,
    jti varchar(36) NOT NULL,
    blacklisted_on {instant} NOT NULL,
    expires_at {instant} NOT NULL,
    CONSTRAINT pk_token_blacklist PRIMARY KEY (id),
    CONSTRAINT uq_token_blacklist_jti UNIQUE (jti)
);
CREATE INDEX ix_token_blacklist_expires_at ON token_blacklist (expires_at);
CREATE TABLE widget (
    id {serial} NOT NULL,
    name {caseless} NOT NULL,
    info_url varchar(255) NOT NULL,
    created_at {instant} NOT NULL,
    deadline {instant} NOT NULL,
    owner_id integer NOT NULL,
    CONSTRAINT pk_widget PRIMARY KEY (id),
    CONSTRAINT fk_widget_owner_id_site_user FOREIGN KEY (owner_id) REFERENCES site_user (id)
);
CREATE UNIQUE INDEX uq_widget_name_lower ON widget (lower(name));
CREATE INDEX ix_widget_owner_id ON widget (owner_id);
