"""Money neither appears nor vanishes."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.money import MICRO, MoneyError, MoneyLedger, Purpose


def as_array(ledger):
    return np.array([ledger.balance(handle) for handle in range(len(ledger.names))])


def parties(n=4, savings=100.0):
    """A source that may overdraw and `n` parties with `savings` CNY each; the handles of the parties."""
    ledger = MoneyLedger()
    source = ledger.open("outside", "source", overdraft=True)
    handles = [ledger.open("creator", str(i)) for i in range(n)]
    for handle in handles:
        assert ledger.transfer(source, handle, savings, Purpose.ENDOWMENT)
    return ledger, handles


AMOUNT = st.floats(0, 300, allow_nan=False)
PAYMENT = st.tuples(st.integers(0, 3), st.integers(0, 3), AMOUNT, st.sampled_from(list(Purpose)), st.integers(0, 2))


@given(st.lists(PAYMENT, max_size=40))
def test_any_traffic_conserves_money_to_the_micro_yuan(traffic):
    ledger, handles = parties()
    paid = dict.fromkeys(Purpose, 0) | {Purpose.ENDOWMENT: 400 * MICRO}
    for payer, payee, cny, purpose, way in traffic:
        ok = False
        if way == 0:
            ok = ledger.transfer(handles[payer], handles[payee], cny, purpose)
        elif way == 1:
            ok = ledger.burn(handles[payer], cny, purpose)
        else:
            try:
                ledger.transfer_many([handles[payer]], [handles[payee]], [cny], purpose)
                ok = True
            except MoneyError:
                pass
        paid[purpose] += round(cny * MICRO) if ok else 0
        assert ledger.total_micro() == 0
    assert (as_array(ledger)[handles] >= 0).all()
    assert ledger.flows() == {str(p): amount / MICRO for p, amount in paid.items()}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0, 20)), max_size=20))
def test_many_at_once_is_the_same_as_one_by_one(payments):
    one, handles = parties(savings=1000.0)
    many, _ = parties(savings=1000.0)
    for payer, payee, cny in payments:
        assert one.transfer(handles[payer], handles[payee], cny, Purpose.SALES)
    columns = list(zip(*payments, strict=True)) or [(), (), ()]
    many.transfer_many([handles[i] for i in columns[0]], [handles[i] for i in columns[1]], columns[2], Purpose.SALES)
    assert as_array(many).tolist() == as_array(one).tolist()
    assert many.flows() == one.flows()


def test_amounts_are_rounded_once_half_to_even():
    for cny, micro in ((0.0000005, 0), (0.0000015, 2), (0.0000025, 2), (1 / 3, 333_333)):
        one, (a, b, *_) = parties()
        assert one.transfer(a, b, cny, Purpose.LIKES)
        many, _ = parties()
        many.transfer_many([a], [b], [cny], Purpose.LIKES)
        for ledger in (one, many):
            assert round((ledger.balance(b) - 100.0) * MICRO) == micro


def test_nobody_pays_what_it_does_not_have():
    ledger, (a, b, *_) = parties()
    before = as_array(ledger).tolist()
    assert not ledger.transfer(a, b, 100.01, Purpose.LIKES)
    assert not ledger.burn(a, 100.01, Purpose.OPERATIONS)
    with pytest.raises(MoneyError, match=r"'creator', '0'.*cannot pay for likes"):
        ledger.transfer_many([b, a], [a, b], [10.0, 200.0], Purpose.LIKES)
    assert as_array(ledger).tolist() == before  # all or nothing
    assert ledger.flows()["likes"] == 0.0
    assert ledger.transfer(a, b, 100.0, Purpose.LIKES)


def test_a_list_may_pay_out_of_what_it_brings():
    ledger, (a, b, c, _) = parties()
    ledger.transfer_many([a, b], [b, c], [100.0, 200.0], Purpose.SALES)
    assert [ledger.balance(h) for h in (a, b, c)] == [0.0, 0.0, 300.0]


def test_an_overdraft_goes_below_zero():
    ledger = MoneyLedger()
    farm, shop = ledger.open("farm", "0", overdraft=True), ledger.open("outside", "shop")
    assert ledger.transfer(farm, shop, 5.0, Purpose.OPERATIONS)
    assert ledger.balance(farm) == -5.0


@pytest.mark.parametrize("cny", [-0.01, float("nan"), float("inf"), 1e30])
def test_an_amount_that_is_none(cny):
    ledger, (a, b, *_) = parties()
    for pay in (
        lambda: ledger.transfer(a, b, cny, Purpose.ADS),
        lambda: ledger.burn(a, cny, Purpose.ADS),
        lambda: ledger.transfer_many([a], [b], [cny], Purpose.ADS),
    ):
        with pytest.raises(MoneyError):
            pay()


@pytest.mark.parametrize("stranger", [-1, 10_000, 40])
def test_an_unknown_party(stranger):
    """-1 is what a creator without a purse has; 40 is inside the array's spare room."""
    ledger, (a, *_) = parties()
    for payer, payee in ((a, stranger), (stranger, a)):
        with pytest.raises(MoneyError, match="unknown party"):
            ledger.transfer(payer, payee, 1.0, Purpose.ADS)
        with pytest.raises(MoneyError, match="unknown party"):
            ledger.transfer_many([payer], [payee], [1.0], Purpose.ADS)


def test_lists_of_unequal_length():
    ledger, (a, b, *_) = parties()
    with pytest.raises(MoneyError, match="2 payers, 1 payees"):
        ledger.transfer_many([a, b], [a], [1.0, 1.0], Purpose.ADS)


def test_what_is_burnt_is_kept_by_its_name():
    ledger, (a, b, *_) = parties()
    ledger.burn(a, 3.0, Purpose.EFFORT)
    ledger.burn_many([a, b], [1.0, 2.0], Purpose.REVIEW)
    assert (ledger.burnt(Purpose.EFFORT), ledger.burnt(Purpose.REVIEW)) == (3.0, 3.0)
    assert ledger.flows()["effort"] == 3.0


def test_a_purpose_nobody_knows():
    ledger, (a, b, *_) = parties()
    for pay in (
        lambda: ledger.burn(a, 1.0, "bribes"),
        lambda: ledger.transfer(a, b, 1.0, "bribes"),
        lambda: ledger.transfer_many([a], [b], [1.0], "bribes"),
    ):
        with pytest.raises(KeyError):
            pay()
    assert (ledger.balance(a), ledger.balance(b)) == (100.0, 100.0)


def test_many_parties_and_pickle():
    ledger = MoneyLedger()
    source = ledger.open("outside", "source", overdraft=True)
    handles = np.array([ledger.open("creator", str(i)) for i in range(500)])
    ledger.transfer_many(np.full(500, source), handles, np.arange(500.0), Purpose.ENDOWMENT)
    again = pickle.loads(pickle.dumps(ledger))
    assert as_array(again)[handles].tolist() == list(range(500))
    assert [handle for handle, (kind, _) in enumerate(again.names) if kind == "creator"] == handles.tolist()
    assert again.total_micro() == 0
