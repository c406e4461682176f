"""Counts kept change by change equal those counted anew."""

from hypothesis import given
from hypothesis import strategies as st

from exporters.board.census import Census, Counts
from monitor.vocabulary import State

ACTIVE = ("a", "b", "c")
changes = st.lists(
    st.tuples(st.sampled_from((*ACTIVE, "planned")), st.sampled_from(State), *[st.booleans()] * 2)
)


def counted(states: dict[str, State], backup: dict[str, bool], battery: dict[str, bool]) -> Counts:
    def how_many(state: State) -> int:
        return sum(states.get(site, State.UNKNOWN) is state for site in ACTIVE)

    return Counts(
        sites=len(ACTIVE),
        up=how_many(State.UP),
        degraded=how_many(State.DEGRADED),
        down=how_many(State.DOWN),
        unknown=how_many(State.UNKNOWN),
        planned=1,
        on_backup=sum(backup.get(site, False) for site in ACTIVE),
        on_battery=sum(battery.get(site, False) for site in ACTIVE),
    )


@given(changes)
def test_what_is_kept_is_what_would_be_counted(
    noted: list[tuple[str, State, bool, bool]],
) -> None:
    census = Census(ACTIVE, planned=1)
    states: dict[str, State] = {}
    backup: dict[str, bool] = {}
    battery: dict[str, bool] = {}
    for site, state, on_backup, on_battery in noted:
        census.note(site, state, on_backup=on_backup)
        census.note_power(site, on_battery=on_battery)
        states[site], backup[site], battery[site] = state, on_backup, on_battery
        assert census.counts() == counted(states, backup, battery)
