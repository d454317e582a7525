"""Registers that are too old for their checks, or were never taken in."""

from collections import defaultdict
from collections.abc import Iterator

from tracker.freshness import ages_of_registers
from tracker.health.values import Patient, Symptom

OLD = "台帳{stems}が{days}日前のままです（上限{limit}日）。新しいものを取り込んでください（それまで、これを読む検査は判定しません）。"
NEVER = "検査が読む台帳のうち、{stems}がまだ取り込まれていません。使うものを取り込んでください。"


def registers(patient: Patient) -> Iterator[Symptom]:
    """Each register that some check reads."""
    records, office = patient.records, patient.office
    read = {stem for entry in records.checks.catalogue() for stem in entry.reads}
    ages = ages_of_registers(records, office.settings, office.clock.day_of(patient.now)).values()
    wanted = [age for age in ages if age.register.stem in read]
    alike = defaultdict[tuple[int | None, int | None], list[str]](list)
    for age in wanted:
        if age.is_old:
            alike[age.days, age.limit].append(f"「{age.register.stem}」")
    for (days, limit), stems in alike.items():
        yield Symptom(OLD.format(stems="".join(stems), days=days, limit=limit))
    if never := [f"「{age.register.stem}」" for age in wanted if age.newest is None]:
        yield Symptom(NEVER.format(stems="".join(never)), is_wrong=False)
