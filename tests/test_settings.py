"""Settings: what wins over what, and what each mistake is answered with."""

import json
from pathlib import Path

import pytest

from outcrop.errors import BadSettings
from outcrop.setting_tables import FromHub, WithLora
from outcrop.settings import Settings, read_settings


def written(folder: Path, content: str) -> dict[str, str]:
    """An environment whose OUTCROP_HOME holds a settings file."""
    (folder / "outcrop.toml").write_text(content, encoding="utf-8")
    return {"OUTCROP_HOME": str(folder)}


def test_without_anything_the_defaults_hold() -> None:
    """An empty environment gives loopback, the documented port, and a home in the user's data folder."""
    settings = read_settings(environ={})
    assert (settings.host, settings.port, settings.region) == ("127.0.0.1", 8321, "us-west-2")
    assert settings.home.name == "outcrop"
    assert settings.threads >= 1
    assert (settings.places, settings.while_loading) == (256, "wait")
    assert settings.retired_models == "answer"
    assert settings.precision == "auto"
    assert settings.weights_mib is settings.pictures_mib is None
    assert settings.checkpoints == {}
    assert settings.models == {}


def test_reading_writes_nothing(tmp_path: Path) -> None:
    """A home that is not there is not made by reading."""
    home = tmp_path / "home"
    assert read_settings(environ={"OUTCROP_HOME": str(home)}).home == home
    assert not home.exists()


def test_options_win_over_variables_and_variables_over_the_file(tmp_path: Path) -> None:
    """Command line, then environment, then file, then default."""
    environ = written(tmp_path, 'host = "::1"\nport = 1000\nthreads = 3\nregion = "eu-west-1"\n')
    environ |= {"OUTCROP_PORT": "2000", "OUTCROP_THREADS": "4"}
    settings = read_settings(environ=environ, options={"port": 3000, "host": None})
    assert (settings.host, settings.port, settings.threads, settings.region) == ("::1", 3000, 4, "eu-west-1")


def test_the_file_can_lie_elsewhere(tmp_path: Path) -> None:
    """OUTCROP_CONFIG names another file, and --config wins over it."""
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text("port = 1\n", encoding="utf-8")
    second.write_text("port = 2\n", encoding="utf-8")
    environ = {"OUTCROP_HOME": str(tmp_path), "OUTCROP_CONFIG": str(first)}
    assert read_settings(environ=environ).port == 1
    assert read_settings(environ=environ, config=second).port == 2


def test_checkpoints_and_tiers_come_from_the_file(tmp_path: Path) -> None:
    """A relative folder counts from the file; a tier keeps only what was given."""
    environ = written(
        tmp_path,
        '[checkpoints]\nmine = "weights/mine"\nfar = "/srv/far"\n[models."a.b"]\ncheckpoint = "mine"\nguidance = 5\n',
    )
    settings = read_settings(environ=environ)
    assert settings.checkpoints == {"mine": tmp_path / "weights" / "mine", "far": Path("/srv/far")}
    assert settings.models == {"a.b": {"checkpoint": "mine", "guidance": 5}}


def test_a_checkpoint_may_have_a_lora(tmp_path: Path) -> None:
    """As a table beside the plain form; its file counts from the settings file as well."""
    environ = written(
        tmp_path, '[checkpoints]\nmine = "mine"\nfast = { folder = "mine", lora = "loras/fast.safetensors" }\n'
    )
    settings = read_settings(environ=environ)
    fast = WithLora(folder=tmp_path / "mine", lora=tmp_path / "loras" / "fast.safetensors")
    assert settings.checkpoints == {"mine": tmp_path / "mine", "fast": fast}


def test_a_checkpoint_may_be_on_a_hub(tmp_path: Path) -> None:
    """With a revision and a LoRA where they are given; a text alone is always a folder."""
    environ = written(
        tmp_path,
        '[checkpoints]\nb = { hub = "org/n-1.x", revision = "v1", lora = "l" }\na = { hub = "org/name" }\n'
        'c = "org/name"\n',
    )
    assert read_settings(environ=environ).checkpoints == {
        "a": FromHub(hub="org/name"),
        "b": FromHub(hub="org/n-1.x", revision="v1", lora=tmp_path / "l"),
        "c": tmp_path / "org" / "name",
    }


@pytest.mark.parametrize(
    "line",
    [
        '{ hub = "name" }', '{ hub = "a/../b" }', '{ hub = "../b" }', '{ hub = "a/b/c" }', '{ hub = "" }',
        "{ hub = 1 }",
        '{ hub = "a/b", revision = "../../x" }', '{ hub = "a/b", revision = "" }', '{ hub = "a/b", revision = 1 }',
        '{ hub = "a/b", lora = "" }', '{ hub = "a/b", folder = "c" }', '{ hub = "a/b", other = 1 }',
    ],
)  # fmt: skip
def test_what_is_no_id_of_a_hub_is_refused(tmp_path: Path, line: str) -> None:
    """It becomes the name of a folder, so it may not lead anywhere else."""
    with pytest.raises(BadSettings, match=r"'x' of \[checkpoints\] in .*; a (table|revision) reads"):
        read_settings(environ=written(tmp_path, f"[checkpoints]\nx = {line}\n"))


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("OUTCROP_PORT", "http", "OUTCROP_PORT is 'http'; a port is a whole number from 0 (any free one) to 65535."),
        ("OUTCROP_PORT", "65536", "OUTCROP_PORT is 65536; a port is a whole number from 0"),
        ("OUTCROP_PORT", "-1", "OUTCROP_PORT is -1; a port"),
        ("OUTCROP_PORT", "", "OUTCROP_PORT is ''; a port"),
        ("OUTCROP_THREADS", "0", "OUTCROP_THREADS is 0; give a whole number of engine threads from 1 to 1024."),
        ("OUTCROP_PLACES", "0", "OUTCROP_PLACES is 0; give a whole number of waiting pictures from 1 to 100000."),
        ("OUTCROP_WEIGHTS_MIB", "8GB", "OUTCROP_WEIGHTS_MIB is '8GB'; give a whole number of mebibytes from 1 to"),
        ("OUTCROP_PICTURES_MIB", "0", "OUTCROP_PICTURES_MIB is 0; give a whole number of mebibytes from 1 to"),
        ("OUTCROP_WHILE_LOADING", "no", 'OUTCROP_WHILE_LOADING is \'no\'; give "wait" or "refuse".'),
        ("OUTCROP_PRECISION", "fp16", 'OUTCROP_PRECISION is \'fp16\'; give "auto" or "fp32" or "bf16".'),
        ("OUTCROP_REGION", "Oregon", "OUTCROP_REGION is 'Oregon'; a region reads like \"us-west-2\"."),
        ("OUTCROP_HOST", "a b", "OUTCROP_HOST is 'a b'; a host is an address or a name"),
        (
            "OUTCROP_DATABASE",
            "mysql://me:secret@host/a",
            "OUTCROP_DATABASE is no URL of PostgreSQL; give one such as p",
        ),
        (
            "OUTCROP_PROT",
            "1",
            "The environment has the variable 'OUTCROP_PROT', which means nothing here; did you mean OUTCROP_PORT",
        ),
        ("OUTCROP_SPEED", "1", "The environment has the variable 'OUTCROP_SPEED', which means nothing here; did you"),
        ("OUTCROP_CONFIG", "/no/such.toml", "There is no settings file /no/such.toml; create it or name another one."),
    ],
)
def test_a_wrong_variable_is_named_with_its_limit_and_the_fix(variable: str, value: str, says: str) -> None:
    """A message names the variable, the value and what would be right."""
    with pytest.raises(BadSettings) as refused:
        read_settings(environ={"OUTCROP_HOME": "/nowhere", variable: value})
    assert str(refused.value).startswith(says)


def test_a_client_s_address_of_the_server_is_no_setting_and_no_mistake() -> None:
    """Whoever exported OUTCROP_URL for `outcrop draft` still has every other command."""
    assert read_settings(environ={"OUTCROP_HOME": "/nowhere", "OUTCROP_URL": "http://127.0.0.1:8321"}).port == 8321


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('audit = "no"', "'audit' in {file} is 'no'; it is true or false."),
        ('audit_failure = "ignore"', "'audit_failure' in {file} is 'ignore'; give \"log\" or \"refuse\"."),
        ("requests_per_minute = -1", "'requests_per_minute' in {file} is -1; give a whole number of requests, or 0"),
        ("in_flight = 1.5", "'in_flight' in {file} is 1.5; give a whole number of requests under way, or 0"),
        ("quotas = 1", "[quotas] in {file} is 1; it must hold lines such as"),
        ("[quotas]\nx = true", "'x' of [quotas] in {file} is True; give a whole number of requests, or 0"),
        ('port = "8321"', "'port' in {file} is '8321'; a port is a whole number"),
        ("port = true", "'port' in {file} is True; a port is a whole number"),
        ("prot = 1", "{file} has the key 'prot', which means nothing here; did you mean port"),
        ("xyz = 1", "{file} has the key 'xyz', which means nothing here; known keys are host, port"),
        ("port =", "The settings file {file} cannot be read: "),
        ("checkpoints = 1", "[checkpoints] in {file} is 1; it must be a table of names and folders."),
        ("[checkpoints]\nx = 1", "'x' of [checkpoints] in {file} is 1; give the path of a folder, as a text."),
        (
            '[checkpoints]\nx = {folder = "a"}',
            "'x' of [checkpoints] in {file} is {{'folder': 'a'}}; a table reads",
        ),
        ('[checkpoints]\nx = {folder = "", lora = "b"}', "'x' of [checkpoints] in {file} is {{'folder': '', "),
        ('[checkpoints]\nx = {folder = "a", lora = 1}', "'x' of [checkpoints] in {file} is {{'folder': 'a', "),
        ('[checkpoints]\nx = {folder = "a", lora = "b", c = 1}', "'x' of [checkpoints] in {file} is {{'folder"),
        ("models = 1", "[models] in {file} is 1; it must hold tables such as"),
        ("[models]\nx = 1", '[models."x"] in {file} is 1; it must be a table, such as'),
        (
            "[models.x]\nstep = 1",
            "[models.\"x\"] in {file} has the key 'step', which means nothing here; did you mean steps",
        ),
        ("[models.x]\nsteps = 0", "'steps' of [models.\"x\"] in {file} is 0; give a whole number from 1 to 1000."),
        ("[models.x]\nsteps = 2.5", "'steps' of [models.\"x\"] in {file} is 2.5; give a whole number from 1"),
        ("[models.x]\nguidance = inf", "'guidance' of [models.\"x\"] in {file} is inf; give a number from 1 to 100."),
        ("[models.x]\nguidance = true", "'guidance' of [models.\"x\"] in {file} is True; give a number"),
        (
            "[models.x]\nrefine = 2",
            "'refine' of [models.\"x\"] in {file} is 2; it must be a table such as {{ scale = 2,",
        ),
        ("[models.x]\nrefine.scale = 2", "'refine' of [models.\"x\"] in {file} is {{'scale': 2}}; it must be a table"),
        (
            "[models.x]\nrefine = { scale = 2, strength = 0, steps = 9 }",
            "'strength' in 'refine' of [models.\"x\"] in {file} is 0; give a number from 0.05 to 1.",
        ),
        (
            "[models.x]\nrefine = { scale = 2, strength = 1, steps = 9, step = 1 }",
            "'refine' of [models.\"x\"] in {file} has the key 'step', which means nothing here; did you mean steps?",
        ),
        ("[models.x]\nguided = 1", "'guided' of [models.\"x\"] in {file} is 1; it must be a table such as"),
        ("[models.x]\nguided = {}", "'guided' of [models.\"x\"] in {file} is {{}}; it must be a table such as"),
        ("[models.x.guided]\npart = [0, 1]\nsigma = [0, 1]", "'guided' of [models.\"x\"] in {file} is {{'part'"),
        ("[models.x.guided]\nparts = [0, 1]", "'guided' of [models.\"x\"] in {file} is {{'parts': [0, 1]}}; it must"),
        ("[models.x.guided]\npart = 0.5", "'part' in 'guided' of [models.\"x\"] in {file} is 0.5; give two numbers"),
        ("[models.x.guided]\npart = [0, 1.5]", "'part' in 'guided' of [models.\"x\"] in {file} is 1.5; give a number"),
        ("[models.x.guided]\nsigma = [nan, 1]", "'sigma' in 'guided' of [models.\"x\"] in {file} is nan; give a"),
        ("[models.x.guided]\nsigma = [2, 2.0]", "'sigma' in 'guided' of [models.\"x\"] in {file} is [2, 2.0]; the"),
        ("[models.x]\ncheckpoint = ''", "'checkpoint' of [models.\"x\"] in {file} is ''; give a name"),
    ],
)
def test_a_wrong_line_in_the_file_is_named_with_its_limit_and_the_fix(tmp_path: Path, content: str, says: str) -> None:
    """A message names the file, the key, the value and what would be right."""
    with pytest.raises(BadSettings) as refused:
        read_settings(environ=written(tmp_path, content))
    assert str(refused.value).startswith(says.format(file=tmp_path / "outcrop.toml"))


def test_a_settings_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 give a message, no traceback."""
    (tmp_path / "outcrop.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadSettings, match="cannot be read"):
        read_settings(environ={"OUTCROP_HOME": str(tmp_path)})


def test_settings_do_not_change() -> None:
    """Settings are decided once."""
    settings = read_settings(environ={})
    with pytest.raises(AttributeError):
        settings.port = 1  # type: ignore[misc] # what the test shows
    assert isinstance(settings, Settings)


def test_no_secret_is_shown() -> None:
    """A database's URL may hold a password, and the master key is one."""
    settings = read_settings(
        environ={"OUTCROP_DATABASE": "postgresql://me:secret@host/a", "OUTCROP_MASTER_KEY": "secret as well"}
    )
    assert settings.database == "postgresql://me:secret@host/a"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("backend", "aws"),
        ("bedrock_region", "nowhere"),
        ("bedrock_profile", ""),
        ("bedrock_profile", "a\nb"),
        ("bedrock_timeout_s", 0),
        ("bedrock_endpoint", "http://bedrock.example"),
        ("bedrock_endpoint", "http://127.0.0.1.example"),
        ("bedrock_endpoint", "https://user:secret@bedrock.example"),
        ("bedrock_endpoint", "https://bedrock.example/path"),
        ("bedrock_endpoint", "https://bedrock.example?x"),
        ("bedrock_endpoint", "file:///etc/passwd"),
    ],
)
def test_where_calls_are_passed_on_to_is_checked(tmp_path: Path, key: str, value: str | int) -> None:
    """An endpoint is scheme and host, and http stays on this machine: a session's token travels with each call."""
    environ = written(tmp_path, f"{key} = {json.dumps(value)}\n")
    with pytest.raises(BadSettings, match=f"'{key}' in .* is "):
        read_settings(environ=environ)


@pytest.mark.parametrize("endpoint", ["https://vpce-1.bedrock.example:8443", "http://127.0.0.1:1", "http://[::1]:8080"])
def test_an_endpoint_may_be_another(tmp_path: Path, endpoint: str) -> None:
    """A private one, or one on this machine."""
    settings = read_settings(environ=written(tmp_path, f'bedrock_endpoint = "{endpoint}"\nbackend = "bedrock"\n'))
    assert (settings.bedrock_endpoint, settings.backend) == (endpoint, "bedrock")


def test_a_model_s_backend_is_one_of_two(tmp_path: Path) -> None:
    """Anything else is refused with the two."""
    with pytest.raises(BadSettings, match='give "engine" or "bedrock"'):
        read_settings(environ=written(tmp_path, '[models."a.b"]\nbackend = "cloud"\n'))
