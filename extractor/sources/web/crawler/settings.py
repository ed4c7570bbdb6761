"""Scrapy's settings. Of its extensions, middlewares and handlers, none is on that is not named here."""

from __future__ import annotations

from typing import Any

from extractor.sources.web.crawler import CrawlOptions
from extractor.sources.web.crawler.handlers import HANDLERS
from extractor.sources.web.wishes import PRODUCT

__all__ = ["make_settings"]

_PACKAGE = __package__


def make_settings(options: CrawlOptions) -> dict[str, Any]:
    """Return the settings of a crawl."""
    middlewares: dict[str, int | None] = {
        f"{_PACKAGE}.judges.Judge": 100,
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        f"{_PACKAGE}.packing.Unpacking": 590,
        f"{_PACKAGE}.redirects.Redirects": 600,
    }
    if options.use_proxy:
        middlewares["scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware"] = 750
    return {
        # Who asks, and for what.
        "USER_AGENT": options.user_agent,
        "ROBOTSTXT_USER_AGENT": PRODUCT,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml,"
            " application/feed+json, application/xml;q=0.9, */*;q=0.5",
            "Accept-Language": "en, *;q=0.5",
        },
        # What is on.
        "EXTENSIONS_BASE": {},
        "EXTENSIONS": {f"{_PACKAGE}.throttles.Throttle": 0},
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": middlewares,
        "SPIDER_MIDDLEWARES_BASE": {},
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": HANDLERS,
        "ALLOWED_NETWORKS": list(options.allowed_networks),
        "SCHEDULER": f"{_PACKAGE}.queues.HostQueues",
        "DOWNLOADER": f"{_PACKAGE}.throttles.PacedDownloader",
        "HTTPPROXY_ENABLED": options.use_proxy,
        # What is off by the above, and stays off if one of the bases comes back: code from outside by HTTP, consoles,
        # cookies, refreshes, retries that keep no pause.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        # Limits.
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_MAXSIZE": options.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": options.timeout,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "REDIRECT_MAX_TIMES": options.max_redirects,
        # Pace. Scrapy's jitter would go below the pause that was asked for.
        "CONCURRENT_REQUESTS": options.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": options.delay,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": options.delay,
        # One set here, or a host would be asked again at once, is never under the pause that was asked for.
        "AUTOTHROTTLE_MAX_DELAY": max(60.0, options.delay),
        # Silence.
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
    }
