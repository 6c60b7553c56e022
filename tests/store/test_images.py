"""Images are kept by what they are, so two who bring the same one do not stand in each other's way."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

from support.shops import Shop

from walletpass.store.designs import get_images, keep_image

WRITERS, IMAGES = 8, 20
PATIENCE = 20
"""Seconds."""


def test_equal_images_brought_at_the_same_time_are_kept_once(shop: Shop) -> None:
    together = threading.Barrier(WRITERS, timeout=PATIENCE)
    images = {hashlib.sha256(bytes([number])).hexdigest(): bytes([number]) for number in range(IMAGES)}

    def bring(_writer: int) -> None:
        for digest, content in images.items():
            together.wait()
            with shop.services.transaction() as tx:
                keep_image(tx, digest, content)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(bring, range(WRITERS)))
    with shop.services.reading() as tx:
        assert get_images(tx, list(images)) == images
