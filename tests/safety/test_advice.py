"""What a policy finds and what the craft advises stand together, the worst first."""

from outcrop.safety.advice import advise, reads_of
from outcrop.safety.policy import Policy


def test_what_blocks_stands_first() -> None:
    """Then what warns, then what is only advice; each with its place."""
    prompt = "a nude woman with a revolver, no hat, in the manner of Banksy"
    found = advise(prompt)
    assert [(one.rule, one.severity) for one in found] == [
        ("sexual", "blocked"),
        ("weapons", "warning"),
        ("negation", "warning"),
        ("artists", "warning"),
        ("no-framing", "advice"),
        ("no-light", "advice"),
    ] or [one.severity for one in found] == ["blocked", *["warning"] * 3, *["advice"] * 2]
    assert {prompt[one.start : one.end] for one in found if one.start} == {"nude", "revolver", "no hat", "Banksy"}


def test_a_policy_decides_how_bad_a_name_is() -> None:
    """Advice where it is doubtful, a warning as usual, blocked where the account says so."""
    prompt = "a portrait by Banksy at dawn"
    assert [one.severity for one in advise(prompt)] == ["warning"]
    assert [one.severity for one in advise(prompt, policy=Policy(deeds={"artists": "block"}))] == ["blocked"]
    assert advise(prompt, policy=Policy(deeds={"artists": "allow"})) == ()


def test_the_embedded_model_reads_less_at_once() -> None:
    """Its encoders have 30 places, those of Stable Diffusion 75."""
    assert reads_of(preview=True).window < reads_of(preview=False).window
