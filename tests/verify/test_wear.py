import numpy as np
import pytest

from generator.verify.raster import PageImage
from generator.verify.wear import PROFILES, Profile, worn


def page(dpi: int) -> PageImage:
    """A page with a black block in its middle and slanted lines above, to be signed near its foot."""
    height, width = round(11.7 * dpi), round(8.27 * dpi)
    pixels = np.full((height, width), 255, np.uint8)
    rows, columns = np.mgrid[:dpi, :width]
    pixels[:dpi] = np.where((rows + columns) % 40 < 12, 60, 255)
    pixels[5 * dpi : 6 * dpi, 2 * dpi : 6 * dpi] = 0
    return PageImage(pixels, dpi, ((dpi, 9 * dpi),))


profiles = pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: str(profile.name))


@profiles
def test_same_seed_gives_the_same_pixels(profile: Profile) -> None:
    first, second = (worn(page(profile.dpi), profile, seed=3) for _ in range(2))
    assert np.array_equal(first.pixels, second.pixels)
    assert first.pixels.dtype == np.uint8


@profiles
def test_another_seed_wears_another_way_but_for_clean_pages(profile: Profile) -> None:
    first, second = (worn(page(profile.dpi), profile, seed=seed) for seed in (1, 2))
    assert np.array_equal(first.pixels, second.pixels) == profile.name.startswith("net-")


@profiles
def test_worn_page_keeps_its_size_and_is_not_blank(profile: Profile) -> None:
    clean = page(profile.dpi)
    result = worn(clean, profile)
    assert result.pixels.shape == clean.pixels.shape
    dpi = profile.dpi
    ink = result.pixels[5 * dpi + 20 : 6 * dpi - 20, 2 * dpi + 20 : 6 * dpi - 20].mean()
    paper = result.pixels[2 * dpi : 4 * dpi, 2 * dpi : 6 * dpi].mean()
    assert paper - ink > 60


@pytest.mark.parametrize("name", ["fax", "copie-200"])
def test_fax_and_copy_are_black_and_white(name: str) -> None:
    profile = PROFILES[name]
    assert set(np.unique(worn(page(profile.dpi), profile).pixels)) == {0, 255}


def test_signature_and_stamp_stand_where_page_asks_for_them_only() -> None:
    profile = PROFILES["signe-200"]
    asked = page(profile.dpi)
    signed, plain = (worn(each, profile) for each in (asked, PageImage(asked.pixels, asked.dpi)))
    dark = [(each.pixels[9 * 200 : 11 * 200] < 150).sum() for each in (signed, plain)]
    assert dark[0] > 1000
    assert dark[1] < 50


def test_clean_page_is_left_as_it_was() -> None:
    clean = page(200)
    before = clean.pixels.copy()
    for profile in PROFILES.values():
        worn(clean, profile)
    assert np.array_equal(clean.pixels, before)
