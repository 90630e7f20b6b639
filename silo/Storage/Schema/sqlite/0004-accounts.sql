-- ASP.NET Core Identity, schema version 3 (passkeys), and what belongs to accounts beside it.
CREATE TABLE AspNetRoles (
    Id TEXT NOT NULL PRIMARY KEY,
    Name TEXT,
    NormalizedName TEXT,
    ConcurrencyStamp TEXT
);
CREATE UNIQUE INDEX RoleNameIndex ON AspNetRoles (NormalizedName);

CREATE TABLE AspNetUsers (
    Id TEXT NOT NULL PRIMARY KEY,
    MemberId TEXT NOT NULL,
    UserName TEXT,
    NormalizedUserName TEXT,
    Email TEXT,
    NormalizedEmail TEXT,
    EmailConfirmed INTEGER NOT NULL,
    PasswordHash TEXT,
    SecurityStamp TEXT,
    ConcurrencyStamp TEXT,
    PhoneNumber TEXT,
    PhoneNumberConfirmed INTEGER NOT NULL,
    TwoFactorEnabled INTEGER NOT NULL,
    LockoutEnd TEXT,
    LockoutEnabled INTEGER NOT NULL,
    AccessFailedCount INTEGER NOT NULL
);
CREATE INDEX EmailIndex ON AspNetUsers (NormalizedEmail);
CREATE UNIQUE INDEX UserNameIndex ON AspNetUsers (NormalizedUserName);
CREATE INDEX AspNetUsers_MemberId ON AspNetUsers (MemberId);

CREATE TABLE AspNetRoleClaims (
    Id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    RoleId TEXT NOT NULL REFERENCES AspNetRoles (Id) ON DELETE CASCADE,
    ClaimType TEXT,
    ClaimValue TEXT
);
CREATE INDEX AspNetRoleClaims_RoleId ON AspNetRoleClaims (RoleId);

CREATE TABLE AspNetUserClaims (
    Id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    UserId TEXT NOT NULL REFERENCES AspNetUsers (Id) ON DELETE CASCADE,
    ClaimType TEXT,
    ClaimValue TEXT
);
CREATE INDEX AspNetUserClaims_UserId ON AspNetUserClaims (UserId);

CREATE TABLE AspNetUserLogins (
    LoginProvider TEXT NOT NULL,
    ProviderKey TEXT NOT NULL,
    ProviderDisplayName TEXT,
    UserId TEXT NOT NULL REFERENCES AspNetUsers (Id) ON DELETE CASCADE,
    PRIMARY KEY (LoginProvider, ProviderKey)
);
CREATE INDEX AspNetUserLogins_UserId ON AspNetUserLogins (UserId);

CREATE TABLE AspNetUserRoles (
    UserId TEXT NOT NULL REFERENCES AspNetUsers (Id) ON DELETE CASCADE,
    RoleId TEXT NOT NULL REFERENCES AspNetRoles (Id) ON DELETE CASCADE,
    PRIMARY KEY (UserId, RoleId)
);
CREATE INDEX AspNetUserRoles_RoleId ON AspNetUserRoles (RoleId);

CREATE TABLE AspNetUserTokens (
    UserId TEXT NOT NULL REFERENCES AspNetUsers (Id) ON DELETE CASCADE,
    LoginProvider TEXT NOT NULL,
    Name TEXT NOT NULL,
    Value TEXT,
    PRIMARY KEY (UserId, LoginProvider, Name)
);

CREATE TABLE AspNetUserPasskeys (
    CredentialId BLOB NOT NULL PRIMARY KEY,
    UserId TEXT NOT NULL REFERENCES AspNetUsers (Id) ON DELETE CASCADE,
    Data TEXT NOT NULL
);
CREATE INDEX AspNetUserPasskeys_UserId ON AspNetUserPasskeys (UserId);

CREATE TABLE access_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES AspNetUsers (Id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
);
CREATE INDEX access_tokens_account ON access_tokens (account_id);

CREATE TABLE mail (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    sent_at INTEGER
);
CREATE INDEX mail_unsent ON mail (at) WHERE sent_at IS NULL;

-- Keys of cookies and antiforgery tokens, so that a restart or another node keeps everyone signed in.
CREATE TABLE data_protection_keys (
    id TEXT NOT NULL PRIMARY KEY,
    xml TEXT NOT NULL
);
