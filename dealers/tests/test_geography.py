import pytest

from dealers.models import Place
from dealers.services.geography import load_places


@pytest.mark.django_db
def test_the_table_is_loaded_once_and_edits_stay():
    assert load_places() == Place.objects.count() > 400
    Place.objects.filter(name="Химки").update(population=1)
    assert load_places() == 0
    assert Place.objects.get(name="Химки").population == 1
