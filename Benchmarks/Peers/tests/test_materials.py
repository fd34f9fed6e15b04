"""What rows are measured with."""

import unittest

from Peers.materials import commented


class Pictures(unittest.TestCase):
    def test_comments_make_other_files(self) -> None:
        start, rest = b"\xff\xd8", b"\xff\xe0 and so on"
        self.assertEqual(commented(start + rest, "12"), start + b"\xff\xfe\x00\x0412" + rest)


if __name__ == "__main__":
    unittest.main()
