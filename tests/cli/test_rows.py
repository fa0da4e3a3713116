# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan features and score-rows: vectors out, rows in, and both ways the same verdict as scan."""
import csv
import gzip
import io
import math
import random
import struct

from command import CLEAN, CONVICTED, FAILED, CliTest, bartizan
from pe_file import pe_file

JUDGED = {CLEAN, CONVICTED}


class Rows(CliTest):
    def programs(self):
        """A folder of different programs, and one file that is none."""
        for i, content in enumerate((pe_file(), pe_file(plus=False), pe_file(linker=(6, 0)), pe_file([(b".packed", random.Random(1).randbytes(5000))]), pe_file([]))):
            self.write(f"programs/{i}.exe", content)
        self.write("programs/readme, \"quoted\".txt", "no program\n")
        return self.path("programs")

    def features(self, *arguments):
        result = bartizan("features", "--schema", "bartizan_v1", *arguments)
        return result, list(csv.DictReader(io.StringIO(result.out)))

    def score(self, content, name="rows.csv"):
        result = bartizan("score-rows", "--csv", self.write(name, content))
        return result, list(csv.DictReader(io.StringIO(result.out)))

    def test_features_are_those_of_the_file(self):
        result, rows = self.features(self.programs())
        self.assertEqual(result.code, CLEAN)
        self.assertEqual(len(rows), 6)
        self.assertEqual((rows[0]["NumberOfSections"], rows[0]["ImageBase"], rows[0]["FileSize"]), ("2", str(0x140000000), str(len(pe_file()))))
        self.assertEqual((rows[1]["ImageBase"], rows[2]["MajorLinkerVersion"]), (str(0x400000), "6"))
        data = b"harmless".ljust(0x200, b"\0")
        entropy = -sum(n / len(data) * math.log2(n / len(data)) for n in (data.count(bytes([b])) for b in set(data)))
        self.assertAlmostEqual(float(rows[0]["SectionsMaxEntropy"]), entropy, places=4)
        self.assertEqual(rows[4]["SectionsMaxEntropy"], "")  # no section: unknown, not 0
        self.assertEqual(set(rows[5].values()), {self.path("programs", "readme, \"quoted\".txt"), ""})

    def test_float_rows_are_the_named_columns(self):
        folder, f32, table = self.programs(), self.path("v.f32"), self.path("v.csv")
        result = bartizan("features", "--schema", "bartizan_v1", "--f32", f32, "--csv", table, folder)
        self.assertEqual((result.code, result.out), (CLEAN, ""))
        with open(table, encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        with open(f32, "rb") as raw:
            content = raw.read()
        width = len(rows[0]) - 1
        self.assertEqual(len(content), 4 * width * 6)
        for cells, values in zip(rows[1:], struct.iter_unpack(f"<{width}f", content)):
            for cell, value in zip(cells[1:], values):
                if cell == "":
                    self.assertTrue(math.isnan(value))
                else:
                    self.assertAlmostEqual(value, float(cell), delta=max(1e-5, abs(float(cell)) * 1e-6))

    def test_schemas_of_the_public_data_sets(self):
        """Any file has a row; what the bytes alone say is the same in both schemas."""
        folder, f32, table = self.programs(), self.path("v.f32"), self.path("v.csv")
        columns = {}
        for schema, width in (("ember_v2", 2381), ("ember_v3", 2568)):
            result = bartizan("features", "--schema", schema, "--f32", f32, "--csv", table, folder)
            self.assertEqual((result.code, result.out), (CLEAN, ""))
            with open(table, encoding="utf-8", newline="") as lines:
                header, *rows = csv.reader(lines)
            with open(f32, "rb") as raw:
                floats = list(struct.iter_unpack(f"<{width}f", raw.read()))
            self.assertEqual((len(header), len(rows), len(floats)), (width + 1, 6, 6))
            self.assertEqual(len(set(header)), width + 1)
            for cells, values in zip(rows, floats):
                self.assertEqual([struct.pack("<f", float(cell)) for cell in cells[1:]], [struct.pack("<f", value) for value in values])
            columns[schema] = [dict(zip(header, cells)) for cells in rows]
        for second, third in zip(columns["ember_v2"], columns["ember_v3"]):
            self.assertEqual(second["general.size"], third["general.size"])
            self.assertEqual(second["histogram[0]"], third["histogram[0]"])
            self.assertEqual(second["strings.entropy"], third["strings.entropy"])
        self.assertEqual([row["general.is_pe"] for row in columns["ember_v3"]], ["1"] * 5 + ["0"])

    def test_rows_score_like_the_files(self):
        folder = self.programs()
        scanned = bartizan("scan", "--json", folder).lines()
        result, rows = self.score(self.features(folder)[0].out)
        self.assertIn(result.code, JUDGED)
        self.assertEqual([int(r["row"]) for r in rows], list(range(6)))
        for line, row in zip(scanned, rows):
            self.assertEqual(row["verdict"], line["verdict"])
            expected = ["" if s is None else str(s) for s in (line["score"]["malware"], line["score"]["pua"])]
            self.assertEqual([row["malware_score"], row["pua_score"]], expected)

    def test_column_order_foreign_columns_quotes_and_gzip_do_not_matter(self):
        _, rows = self.features(self.programs())
        plain = self.score(self.features(self.programs())[0].out)[1]
        names = sorted(rows[0], reverse=True)
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(["source", *names, "label"])
        for row in rows:
            writer.writerow(["a,\"b\"\nc", *(row[n] for n in names), "1"])
        self.assertEqual(self.score(out.getvalue())[1], plain)
        self.assertEqual(self.score("\ufeff" + out.getvalue())[1], plain)
        self.assertEqual(self.score(gzip.compress(out.getvalue().encode()), "rows.csv.gz")[1], plain)

    def table(self, rows):
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()

    def test_absent_column_and_empty_cell_mean_unknown(self):
        _, rows = self.features(self.programs())
        rows = rows[:4]
        whole = self.score(self.table(rows))[1]
        for name in ("FileEntropy", "SectionsMaxEntropy", "SizeOfCode"):
            result, absent = self.score(self.table([{k: v for k, v in r.items() if k != name} for r in rows]))
            self.assertIn(result.code, JUDGED)
            self.assert_complains(result, "rows.csv", "1 feature unknown", name)
            self.assertEqual(absent, self.score(self.table([dict(r, **{name: ""}) for r in rows]))[1])
            self.assertNotEqual(absent, self.score(self.table([dict(r, **{name: "0"}) for r in rows]))[1], "unknown is not zero")
            self.assertNotEqual(absent, whole)

    def test_row_of_which_nothing_is_known_is_not_clean(self):
        result, rows = self.score("FileSize,SizeOfCode\n,\n")
        self.assertEqual((result.code, rows), (CLEAN, [{"row": "0", "malware_score": "", "pua_score": "", "verdict": "unsupported"}]))

    def test_wrong_cells_get_line_and_column_and_the_rest_goes_on(self):
        header, first, *_ = self.features(self.programs())[0].out.splitlines()
        names, cells = header.split(","), first.split(",")

        def row(**changes):
            return ",".join(str(changes.get(n, c)) for n, c in zip(names, cells))

        wrong = [dict(NumberOfSections="two"), dict(FileSize="-1"), dict(SectionsMaxEntropy="8.5"), dict(SizeOfCode="1.5"), dict(CheckSum="nan"),
                 dict(ImageBase="18446744073709551616")]
        table = "\n".join([header, row()] + [row(**w) for w in wrong] + [row(SizeOfCode="512.0"), "cut,1,2", row()]) + "\n"
        result, scores = self.score(table)
        self.assertEqual(result.code, FAILED)
        for i, change in enumerate(wrong):
            name = next(iter(change))
            self.assert_complains(result, "rows.csv", f"line {i + 3}, column {names.index(name) + 1}:", name, change[name])
        self.assert_complains(result, "line 10, column 4:", "the row ends")
        self.assertEqual([int(s["row"]) for s in scores], [0, 7, 9])

    def test_headers_that_do_not_serve(self):
        result, rows = self.score("a,b\n1,2\n")
        self.assertEqual((result.code, rows), (FAILED, []))
        self.assert_complains(result, "rows.csv", "line 1", "no column bears the name")
        self.assert_complains(bartizan("score-rows", "--csv", self.write("empty.csv", "")), "empty.csv", "no header")
        header, first, *_ = self.features(self.programs())[0].out.splitlines()
        result, rows = self.score(header + ",FileSize\n" + first + ",1\n")
        self.assertEqual((result.code, len(rows)), (FAILED, 1))
        self.assert_complains(result, "line 1", "FileSize", "second time")

    def test_what_cannot_be_read_or_written(self):
        result = bartizan("score-rows", "--csv", self.path("none.csv"))
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, "none.csv", "offset 0", "cannot be opened")
        result, rows = self.features(self.path("none.exe"), self.write("a.exe", pe_file()))
        self.assertEqual((result.code, len(rows)), (FAILED, 2))
        result, _ = self.features("--f32", self.path("no", "folder.f32"), self.programs())
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, "folder.f32", "cannot be written")
