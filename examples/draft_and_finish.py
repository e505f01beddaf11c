"""Eight cheap drafts, a choice, two premium finals that keep their composition: against a server of `outcrop serve`.

It takes the key that the server shows from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

python examples/draft_and_finish.py http://127.0.0.1:8321 --out demo
"""

import argparse
from pathlib import Path

from outcrop.client import Progress, connect


def show(progress: Progress) -> None:
    """One line a picture that is there."""
    print(f"  {progress.done} of {progress.of} pictures, step {progress.step} of {progress.steps}", end="\r")


def main() -> None:
    """Draft, look, choose, finish, and say what it cost."""
    parser = argparse.ArgumentParser(description="Drafts that become finals.")
    parser.add_argument("endpoint", help="where Outcrop listens, such as http://127.0.0.1:8321")
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder for the pictures")
    parser.add_argument("--prompt", default="a red teapot on a wooden table")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    shop = connect(options.endpoint)
    drafts = shop.draft(options.prompt, count=8, seed=7).wait(show)
    print(f"8 drafts for ${drafts.price}: {drafts.sheet(options.out / 'drafts.webp')}")

    finals = drafts.pick(2, 5, notes={2: "the light"}).finish(on="ultra", progress=show)
    for final in finals:
        print(f"final of draft {final.number}: {final.save(options.out / f'final-{final.number}.png')}")
    print(f"${drafts.spent} in all; eight finals would have been ${drafts.price_if_all_ultra}")


if __name__ == "__main__":
    main()
