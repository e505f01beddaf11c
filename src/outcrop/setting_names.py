"""Which settings there are: their names, their words and their limits. Data alone; reads nothing."""

from collections.abc import Mapping

PREFIX = "OUTCROP_"
FILE_NAME = "outcrop.toml"
PLACES = ("OUTCROP_HOME", "OUTCROP_CONFIG", "OUTCROP_URL")
"""Variables that say where to look, the last one to clients; all else can stand in the file too."""
SECRETS: Mapping[str, str] = {
    "master_key": "OUTCROP_MASTER_KEY",
    "watermark_key": "OUTCROP_WATERMARK_KEY",
    "s3_key_id": "OUTCROP_S3_KEY_ID",
    "s3_secret": "OUTCROP_S3_SECRET",
    "asset_key": "OUTCROP_ASSET_KEY",
}
"""Settings that only variables can hold: secrets, which have no place in a settings file, and what belongs to one."""
PLAIN = (
    *("host", "port", "region", "tls", "certificate", "private_key"),
    *(
        "threads",
        "workers",
        "places",
        "while_loading",
        "retired_models",
        "moderation",
        "picture_moderation",
        "weights_mib",
        "pictures_mib",
        "tile_pixels",
    ),
    *("requests_per_minute", "rest_per_minute", "in_flight", "audit", "audit_sync", "audit_failure", "metrics_port"),
    *("keep_invocations", "private_webhooks", "keep_jobs_days"),
    *("studio",),
    *("assets", "renditions_mib", "asset_key_file", "asset_kms_key", "asset_kms_endpoint"),
    *("public_url", "cloudfront_url", "cloudfront_key_pair_id", "cloudfront_private_key"),
    *("database", "precision", "log_format"),
    *("buckets", "s3_endpoint", "s3_region"),
    *("watermark", "credentials", "credentials_chain", "credentials_key", "credentials_roots"),
    *("backend", "bedrock_region", "bedrock_profile", "bedrock_endpoint", "bedrock_timeout_s"),
)
"""Settings of one value: a key in the file, and a variable with the prefix in capitals."""
FILES: Mapping[str, str] = {
    "certificate": "file in PEM",
    "private_key": "file in PEM",
    "buckets": "folder",
    "asset_key_file": "file of keys in base64",
    "cloudfront_private_key": "file in PEM",
    "credentials_chain": "file in PEM",
    "credentials_key": "file in PEM",
    "credentials_roots": "file in PEM",
}
"""Those of them that name a file or folder; a relative path in the settings file counts from that file's folder."""
SWITCHES = ("tls", "audit", "audit_sync", "keep_invocations", "private_webhooks", "studio")
"""Those of them that are on or off."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "while_loading": ("wait", "refuse"),
    "retired_models": ("answer", "refuse"),
    "moderation": ("on", "off"),
    "picture_moderation": ("on", "off"),
    "audit_failure": ("log", "refuse"),
    "precision": ("auto", "fp32", "bf16"),
    "backend": ("engine", "bedrock"),
    "log_format": ("text", "json"),
    "watermark": ("models", "all", "none"),
    "credentials": ("models", "all", "none"),
}
"""Those of them that are one of a few words."""
TABLES = ("checkpoints", "models", "quotas", "webhook")
"""Settings that only the file can hold."""
WHOLE_NUMBERS: Mapping[str, tuple[int, int, str]] = {
    "port": (0, 65535, "a port is a whole number from 0 (any free one) to 65535"),
    "threads": (1, 1024, "give a whole number of engine threads from 1 to 1024"),
    "workers": (1, 64, "give a whole number of engine processes from 1 to 64"),
    "places": (1, 100_000, "give a whole number of waiting pictures from 1 to 100000"),
    "metrics_port": (1, 65535, "a port is a whole number from 1 to 65535"),
    "requests_per_minute": (0, 1_000_000, "give a whole number of requests, or 0 for no limit"),
    "rest_per_minute": (0, 1_000_000, "give a whole number of requests, or 0 for no limit"),
    "bedrock_timeout_s": (1, 3600, "give a whole number of seconds from 1 to 3600"),
    "renditions_mib": (1, 16_777_216, "give a whole number of mebibytes from 1 to 16777216"),
    "keep_jobs_days": (0, 36_500, "give a whole number of days, or 0 for ever"),
    "in_flight": (0, 100_000, "give a whole number of requests under way, or 0 for no limit"),
    "weights_mib": (1, 16_777_216, "give a whole number of mebibytes from 1 to 16777216"),
    "pictures_mib": (1, 16_777_216, "give a whole number of mebibytes from 1 to 16777216"),
    "tile_pixels": (65_536, 268_435_456, "give a whole number of pixels from 65536 to 268435456"),
}
"""Settings that are whole numbers: least and greatest value, and what to do about any other."""
HUB_ID = r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}"
REVISION = r"[A-Za-z0-9][\w.-]{0,99}"
"""What `[checkpoints]` may name on a hub; both become the name of a folder."""
TEXT_FIELDS = ("backend", "checkpoint", "sampler", "terms")
TERMS = r"[^\x00-\x1f\x7f]{1,500}"
"""What may be said of how pictures may be used."""
SWITCH_FIELDS = ("watermark", "credentials")
NUMBER_FIELDS: Mapping[str, tuple[type[int | float], float, float]] = {
    "steps": (int, 1, 1000),
    "guidance": (float, 1, 100),
    "native_pixels": (int, 4096, 16_777_216),
    "finish_strength": (float, 0.05, 1),
}
"""What `[models."<id>"]` may replace: texts, switches, and numbers with their type, least and greatest value."""
REFINE_FIELDS: Mapping[str, tuple[type[int | float], float, float]] = {
    "refine.scale": (float, 1, 4),
    "refine.strength": (float, 0.05, 1),
    "refine.steps": (int, 1, 40),
    "refine.guidance": (float, 1, 100),
}
"""The same of its table `refine`, which needs all but the guidance."""
GUIDED_FIELDS: Mapping[str, tuple[type[int | float], float, float]] = {
    "sigma": (float, 0, 1000),
    "part": (float, 0, 1),
}
"""The same of its table `guided`, which has one of them: two numbers, the smaller one first."""

TEXTS: Mapping[str, tuple[str, str]] = {
    "region": (r"[a-z]{2,}(-[a-z]+)+-\d{1,2}", 'a region reads like "us-west-2"'),
    "bedrock_region": (r"[a-z]{2,}(-[a-z]+)+-\d{1,2}", 'a region reads like "us-west-2"'),
    "bedrock_profile": (r"[\w.@+ -]{1,128}", "give the name of a profile of AWS's configuration files"),
    # A session's token goes with every call: only https, or what stays on this machine.
    "bedrock_endpoint": (
        r"https://[A-Za-z0-9.-]{1,253}(:\d{1,5})?|http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?",
        'an endpoint reads like "https://bedrock-runtime.us-west-2.amazonaws.com"; http is for this machine alone',
    ),
    "s3_endpoint": (r"aws|https?://[^\s/]+/?", 'give the address of an S3, such as "https://s3.example.com", or "aws"'),
    "assets": (r"s3://[a-z0-9][.a-z0-9-]{1,61}[a-z0-9]", 'give a bucket of `s3_endpoint`, such as "s3://pictures"'),
    "asset_kms_key": (r"[\w:/-]{1,2048}", "give the id, ARN or alias of a key of the key service"),
    "asset_kms_endpoint": (
        r"https?://[^\s/]+/?",
        'give the address of a key service, such as "https://kms.example.com"',
    ),
    "public_url": (r"https?://[^\s/?#]+", 'give scheme and host alone, such as "https://pictures.example.com"'),
    "cloudfront_url": (r"https?://[^\s/?#]+", 'give scheme and host, such as "https://d111111abcdef8.cloudfront.net"'),
    "cloudfront_key_pair_id": (r"[A-Z0-9]{1,64}", 'give the id of the public key there, such as "K2JCJMDEHXQW5F"'),
    "s3_region": (r"[a-z0-9-]{1,40}", 'give the region of the S3, such as "us-east-1"'),
    "host": (r"[A-Za-z0-9.:_-]{1,253}", 'a host is an address or a name, such as "127.0.0.1"'),
}
"""Settings that are texts: the pattern of the whole, and what to do about any other."""
