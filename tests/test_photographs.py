"""A folder of images: one class a folder, all of one size, and new images by name."""

import numpy as np
import pytest
from commands import done, refused
from PIL import Image

from paradigms.datasets import Preprocessing, read_images, read_new, split
from paradigms.errors import DataError

CLASSES = ("dark", "light")
RUN = ("--epochs", "20", "--batch-size", "4", "--seeds", "2", "--threads", "1", "--quiet")


def save(path, held, **more):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = held if isinstance(held, Image.Image) else Image.fromarray(held)
    image.save(path, **more)
    return path


@pytest.fixture
def photos(tmp_path, rng):
    """Eight dark and eight light grey images of 6 × 4 pixels, width first."""
    for number in range(16):
        low = 0 if number < 8 else 150
        held = rng.integers(low, low + 80, size=(4, 6)).astype(np.uint8)
        save(tmp_path / "photos" / CLASSES[number >= 8] / f"{number:02}.png", held)
    return tmp_path / "photos"


def test_folders_are_classes_and_pixels_are_kept(photos):
    found = read_images(photos)
    assert (found.classes, found.target.tolist()) == (CLASSES, [0] * 8 + [1] * 8)
    assert (found.shape, found.image_shape, found.notes) == ((4, 6), (4, 6), ())
    with Image.open(photos / "light" / "11.png") as image:
        assert found.frame.to_numpy()[11].reshape(4, 6).tolist() == np.asarray(image).tolist()
    assert list(found.frame)[6] == "row 2, column 1"
    part = split(found, study_seed=0, seeds=(0,)).train
    assert part.x.min() >= 0
    assert 0.5 < part.x.max() <= 1


def test_others_are_brought_to_the_commonest_size_whole(photos):
    save(photos / "dark" / "wide.png", np.full((2, 6), 200, np.uint8))
    found = read_images(photos)
    assert found.notes == ("Images of 2 different sizes were brought to 6 × 4 pixels.",)
    assert found.frame.to_numpy()[8].reshape(4, 6).tolist() == [[0] * 6, [200] * 6, [200] * 6, [0] * 6]


def test_a_picture_that_was_taken_sideways_counts_as_it_is_seen(photos):
    exif = Image.Exif()
    exif[274] = 6
    save(photos / "dark" / "zz.png", Image.new("L", (4, 6), 9), exif=exif)
    found = read_images(photos)
    assert found.notes == ()
    assert set(found.frame.to_numpy()[8].tolist()) == {9.0}


def test_large_images_are_made_smaller(tmp_path):
    for name in CLASSES:
        for number in range(6):
            save(tmp_path / name / f"{number}.png", np.full((96, 64), 40 * number, np.uint8))
    found = read_images(tmp_path)
    assert found.shape == (32, 21)
    assert found.notes == ("Images of 64 × 96 were brought to 21 × 32 pixels.",)


def test_one_image_with_colours_gives_all_three_channels(photos):
    red = Image.new("RGB", (6, 4), (250, 10, 20))
    save(photos / "dark" / "red.jpg", red, quality=100, subsampling=0)
    found = read_images(photos)
    assert (found.shape, found.image_shape) == ((3, 4, 6), None)
    assert np.allclose(found.frame.to_numpy()[8].reshape(3, 24), [[250], [10], [20]], atol=3)
    assert list(found.frame)[24] == "green, row 1, column 1"


@pytest.mark.parametrize(
    ("image", "value"),
    [
        (Image.new("LA", (6, 4), (0, 0)), 255),
        (Image.new("P", (6, 4)), 0),
        (Image.fromarray(np.full((4, 6), 65535, np.uint16)), 255),
        (Image.new("1", (6, 4), 1), 255),
    ],
    ids=["transparent", "palette", "deep", "two colours"],
)
def test_every_kind_of_grey_is_read_by_its_range(photos, image, value):
    save(photos / "dark" / "zz.png", image)
    row = read_images(photos).frame.to_numpy()[8]
    assert set(row.tolist()) == {float(value)}


def test_what_is_no_image_is_named(photos, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (photos / "dark" / "notes.txt").write_text("dusk")
    assert "'dark/notes.txt' is no image" in refused("run", "supervised", "--data", "photos")
    (photos / "dark" / "notes.txt").rename(photos / "dark" / "notes.png")
    assert "'dark/notes.png' cannot be read as an image" in refused("run", "supervised", "--data", "photos")
    (photos / "dark" / "notes.png").unlink()
    (photos / ".DS_Store").write_text("")
    (photos / "light" / "more").mkdir()
    assert "'light/more' is a folder in a class" in refused("run", "supervised", "--data", "photos")
    (photos / "light" / "more").rmdir()
    assert "8 images of no class" in refused("run", "supervised", "--data", "photos/dark")
    assert "--target is for tables" in refused("run", "supervised", "--data", "photos", "--target", "y")
    (tmp_path / "empty").mkdir()
    assert "no folder of images" in refused("run", "supervised", "--data", "empty")


def test_new_images_are_answered_by_name(photos, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done("run", "supervised", "classification", "--data", "photos", *RUN, "--out", "run")
    save(tmp_path / "new" / "night.png", np.zeros((4, 6), np.uint8))
    save(tmp_path / "new" / "noon.png", Image.new("RGB", (12, 8), "white"))
    told = done("predict", "run", "--data", "new").out.splitlines()
    assert told[0].startswith("file,prediction,probability")
    assert [line.split(",")[:2] for line in told[1:]] == [["night.png", "dark"], ["noon.png", "light"]]
    (line,) = done("predict", "run", "--data", "new/night.png").out.splitlines()[1:]
    assert line == told[1]
    assert len(done("predict", "run", "--data", "photos").out.splitlines()) == 17
    assert "identical" in done("verify", "run").out


def test_a_model_reads_what_it_was_trained_on(photos):
    found = read_images(photos)
    fitted = split(found, study_seed=0, seeds=(0,)).preprocessing[0]
    assert Preprocessing.from_json(fitted.to_json()).image == (4, 6)
    rows = read_new(photos / "dark", fitted)
    assert rows.index.tolist() == [f"{number:02}.png" for number in range(8)]
    assert np.array_equal(rows.to_numpy(), found.frame.to_numpy()[:8])
    save(photos / "dark" / "zz.png", np.zeros((4, 6), np.uint8)).write_bytes(b"\x89PNG")
    with pytest.raises(DataError, match=r"'dark/zz\.png' cannot be read"):
        read_new(photos / "dark", fitted)
