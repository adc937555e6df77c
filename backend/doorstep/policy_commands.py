"""What the `doorstep policy` command does: judge vector files, and check policies before they come into force."""

import sys
from pathlib import Path

from doorstep.domain.policy import PolicyRefused
from doorstep.vector_files import VectorFileUnreadable, disagreements, read_vectors

AGREED, DISAGREED, UNUSABLE = 0, 1, 2


def vectors(paths: list[str]) -> int:
    """Judge vector files, print each disagreement and, last, a count; 0 none, 1 some, 2 a file cannot be used."""
    cases = wrong = 0
    for path in paths:
        try:
            read = read_vectors(Path(path))
        except VectorFileUnreadable as fault:
            print(fault, file=sys.stderr)
            return UNUSABLE
        for vector in read:
            cases += 1
            found = list(disagreements(vector))
            if found:
                wrong += 1
                print(f"{path}: {vector.get('why', '(no why)')}")
                print("\n".join(f"  {line}" for line in found))
    print(f"{cases} vectors, {wrong} disagreements")
    return DISAGREED if wrong else AGREED


def check(paths: list[str], rules: Path = Path("rules")) -> int:
    """Load the named policies, or the whole rules folder where none is named, and say what stands in them."""
    # Judging vectors needs nothing of a rules folder, and is to run where there is none.
    from doorstep.adapters.policies import load_policy, load_rules

    try:
        if paths:
            policies = [load_policy(Path(path)) for path in paths]
        else:
            loaded = load_rules(rules)
            policies = list(loaded.policies.values())
            print(f"{len(loaded.outcomes)} outcomes, {len(loaded.declarations)} declarations")
            kinds = loaded.exceptions.kinds
            required = sum(kind.asked is not None for kind in kinds)
            print(f"{len(kinds)} kinds of data exception, {required} of them fields that an appointment must have")
            clauses = sum(len(policy.clauses) for policy in policies)
            for language, words in loaded.words.items():
                said = sum(len(policy.clauses) for policy in words.policies.values())
                outcomes = f"{len(words.outcomes)} of {len(loaded.outcomes)} outcomes"
                print(f"in {language}: {said} of {clauses} clauses, {outcomes}; the rest is read in English")
    except PolicyRefused as refused:
        print(refused, file=sys.stderr)
        return DISAGREED
    for policy in policies:
        print(f"{policy.policy} {policy.version}: {len(policy.clauses)} clauses, in force from {policy.in_force_from}")
    return AGREED


def main(arguments: list[str]) -> int:
    """`vectors FILE...` or `check [FILE...]`."""
    commands = {"vectors": vectors, "check": check}
    if not arguments or arguments[0] not in commands or arguments == ["vectors"]:
        print("usage: python -m doorstep.policy_commands vectors FILE... | check [FILE...]", file=sys.stderr)
        return UNUSABLE
    return commands[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
