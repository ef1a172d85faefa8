#!/usr/bin/env python3
"""Writes the odd files of tests/odd/files/ with programs that are not the reader: openpyxl, xlwt, odfpy, pyarrow,
LibreOffice. Usage: make.py [FOLDER]. The files are committed; tests/it/odd_files.rs reads them, and makes them anew where
these programs are installed."""

import datetime
import io
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

import openpyxl
import pyarrow
import pyarrow.parquet
import xlwt
from odf import dc, office, opendocument, style, table, text

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

DAY = datetime.date(2022, 10, 8)
MOMENT = datetime.datetime(2022, 10, 8, 9, 30)

def repack(path):
    """The same archive with the same times, so that a rebuild gives the same bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = [(part, archive.read(part)) for part in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts:
            info = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = part.compress_type
            archive.writestr(info, content)

def save(book, path):
    book.properties.created = book.properties.modified = MOMENT
    book.save(path)
    repack(path)

def form(sheet):
    """What departments send: a title, a header of two rows, a total with a formula."""
    sheet.title = "养老服务"
    sheet["A1"] = "附件2 养老服务"
    sheet.merge_cells("A1:D1")
    for cell, value in {"A2": "镇街", "B2": "床位", "B3": "护理型", "C3": "合计", "D2": "占比"}.items():
        sheet[cell] = value
    for area in ("A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(area)
    rows = [("武康街道", 96, 180, 0.853), ("舞阳街道", 120, 1234.5, 0.285), ("阜溪街道", "约30", 7, 1)]
    for row, values in enumerate(rows, 4):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column, value)
        sheet.cell(row, 4).number_format = "0.0%"
    sheet["A7"], sheet["B7"], sheet["C7"] = "合计", "=SUM(B4:B6)", "=SUM(C4:C6)"

def base(folder):
    book = openpyxl.Workbook()
    form(book.active)
    save(book, f"{folder}/form-without-values.xlsx")

def kinds(folder):
    """Every kind of value, and what is hidden."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "各种值"
    values = ["文字", "８５．３％", "'007", 3, 0.1 + 0.2, True, DAY, MOMENT, "#DIV/0!", None, "a\nb", "=1+1"]
    for row, value in enumerate(values, 1):
        sheet.cell(row, 1, f"第{row}行")
        sheet.cell(row, 2, value)
    sheet["B3"].data_type = "s"
    for row, value in enumerate(["=cmd|'/C calc'!A0", "+1", "-1+2", "@SUM(1)"], 13):
        sheet.cell(row, 1, f"第{row}行")
        sheet.cell(row, 2, value).data_type = "s"
    for column, code in enumerate(["0%", "0.00%", '0"%"', "0.0\\%", "[Red]0.0%;-0.0%"], 3):
        sheet.cell(1, column, 0.57).number_format = code
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True
    secret = book.create_sheet("底稿")
    secret["A1"] = "秘密"
    secret.sheet_state = "hidden"
    deep = book.create_sheet("深藏")
    deep["A1"] = "秘密"
    deep.sheet_state = "veryHidden"
    save(book, f"{folder}/kinds.xlsx")

def linked(folder):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "镇街", "人数"
    book.active["A2"], book.active["B2"] = "武康街道", "=[1]明细!A1"
    link = openpyxl.workbook.external_link.external.ExternalLink(
        externalBook=openpyxl.workbook.external_link.external.ExternalBook()
    )
    link.file_link = openpyxl.packaging.relationship.Relationship(
        type="externalLinkPath", Target="明细.xlsx", TargetMode="External", Id="rId1"
    )
    book._external_links.append(link)
    save(book, f"{folder}/external-link.xlsx")

def names(folder):
    """Sheets named by somebody who means harm."""
    book = openpyxl.Workbook()
    book.active.title = "x"
    book.active["A1"] = "武康街道"
    path = f"{folder}/sheet-named-path.xlsx"
    save(book, path)
    edit(path, "xl/workbook.xml", b'name="x"', b'name="../../x&#9;&#13;=1"')

def edit(path, part, old, new):
    with zipfile.ZipFile(path) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            if name == part:
                assert old in content, content
                content = content.replace(old, new)
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)

def stray(folder):
    book = openpyxl.Workbook()
    book.active["A1"] = "武康街道"
    book.active["XFD1048576"] = 1
    save(book, f"{folder}/stray-cell.xlsx")
    book = openpyxl.Workbook()
    book.active["A1"] = "武康街道"
    book.active["XFD1048576"].font = Font(bold=True)
    for column in range(1, 16385, 4):
        book.active[f"{get_column_letter(column)}2"].font = Font(bold=True)
    save(book, f"{folder}/blank-columns.xlsx")

def old(folder):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("养老服务")
    sheet.write_merge(0, 0, 0, 3, "附件2 养老服务")
    sheet.write_merge(1, 2, 0, 0, "镇街")
    sheet.write_merge(1, 1, 1, 2, "床位")
    sheet.write_merge(1, 2, 3, 3, "占比")
    sheet.write(2, 1, "护理型")
    sheet.write(2, 2, "合计")
    percent = xlwt.easyxf(num_format_str="0.0%")
    builtin = xlwt.easyxf(num_format_str="0%")
    for row, values in enumerate([("武康街道", 96, 180, 0.853), ("舞阳街道", 120, 1234.5, 0.285)], 3):
        for column, value in enumerate(values):
            if column == 3:
                sheet.write(row, column, value, percent if row == 3 else builtin)
            else:
                sheet.write(row, column, value)
    sheet.write(5, 0, "日期")
    sheet.write(5, 1, DAY, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(5, 2, True)
    secret = book.add_sheet("底稿")
    secret.write(0, 0, "秘密")
    secret.visibility = 1
    book.save(f"{folder}/xlwt.xls")
    with open(f"{folder}/xlwt.xls", "rb") as file:
        content = file.read()
    # The same file under WPS' name.
    with open(f"{folder}/wps.et", "wb") as file:
        file.write(content)
    # An encrypted workbook has this record right after its beginning.
    stream = book.get_biff_data()
    begin = 4 + struct.unpack("<H", stream[2:4])[0]
    locked = stream[:begin] + struct.pack("<HHH", 0x2F, 54, 1) + bytes(52) + stream[begin:]
    compound(f"{folder}/password.xls", locked, "Workbook")
    compound(f"{folder}/password.xlsx", bytes(5000), "EncryptedPackage")
    # A sheet with two cells as far apart as they can be.
    far = xlwt.Workbook()
    sheet = far.add_sheet("散")
    sheet.write(0, 0, 1)
    sheet.write(65535, 255, 1)
    far.save(f"{folder}/stray-cell.xls")

def compound(path, stream, name):
    """A compound file with one stream."""
    document = xlwt.CompoundDoc.XlsDoc()
    buffer = io.BytesIO()
    document.save(buffer, stream)
    content = buffer.getvalue()
    encoded = "Workbook".encode("utf-16-le")
    at = content.index(encoded.ljust(64, b"\0"))
    entry = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2)
    with open(path, "wb") as file:
        file.write(content[:at] + entry + content[at + 66 :])

def open_document(folder):
    document = opendocument.OpenDocumentSpreadsheet()
    hidden = style.Style(name="hidden", family="table")
    hidden.addElement(style.TableProperties(display="false"))
    document.automaticstyles.addElement(hidden)
    sheet = table.Table(name="养老服务")
    sheet.addElement(table.TableColumn())
    sheet.addElement(table.TableColumn(visibility="collapse"))
    sheet.addElement(table.TableColumn(numbercolumnsrepeated=16382))

    def row(*cells, **attributes):
        line = table.TableRow(**attributes)
        for cell in cells:
            line.addElement(cell)
        sheet.addElement(line)

    def word(content, **attributes):
        cell = table.TableCell(valuetype="string", **attributes)
        for part in content.split("\n"):
            cell.addElement(text.P(text=part))
        return cell

    def number(value, kind="float", **attributes):
        cell = table.TableCell(valuetype=kind, value=value, **attributes)
        cell.addElement(text.P(text="别读这个"))
        return cell

    row(word("附件2\n养老服务", numbercolumnsspanned=3, numberrowsspanned=1), table.CoveredTableCell(numbercolumnsrepeated=2))
    row(table.TableCell(numbercolumnsrepeated=16384), numberrowsrepeated=2)
    noted = word("武康街道")
    note = office.Annotation()
    note.addElement(dc.Date(text="2022-10-08T00:00:00"))
    note.addElement(text.P(text="批注不是内容"))
    noted.addElement(note)
    row(noted, number(96), number(0.853, "percentage"))
    row(word("舞阳街道"), number(7, numbercolumnsrepeated=2), numberrowsrepeated=2)
    date = table.TableCell(valuetype="date", datevalue="2022-10-08")
    wrong = word("#DIV/0!", formula="of:=1/0")
    wrong.setAttrNS("urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", "value-type", "error")
    row(word("末行"), date, wrong, table.TableCell(formula="of:=1+1"), visibility="collapse")
    row(table.TableCell(numbercolumnsrepeated=16384), numberrowsrepeated=1048500)
    document.spreadsheet.addElement(sheet)
    secret = table.Table(name="底稿", stylename=hidden)
    line = table.TableRow()
    line.addElement(word("秘密"))
    secret.addElement(line)
    document.spreadsheet.addElement(secret)
    path = f"{folder}/odfpy.ods"
    document.save(path)
    repack(path)
    # What an encrypted document has in its list of parts.
    shutil.copy(path, f"{folder}/password.ods")
    edit(f"{folder}/password.ods", "META-INF/manifest.xml", b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>")

def columnar(folder):
    columns = {
        "镇街": pyarrow.array(["武康街道", "舞阳街道", None]),
        "人数": pyarrow.array([300, None, -5], pyarrow.int32()),
        "编号": pyarrow.array([123456789012345678, 1, 2], pyarrow.int64()),
        "占比": pyarrow.array([0.853, 1e300, float("nan")]),
        "是否": pyarrow.array([True, False, None]),
        "日期": pyarrow.array([DAY, None, DAY]),
        "时刻": pyarrow.array([MOMENT, None, MOMENT], pyarrow.timestamp("us")),
        "类别": pyarrow.array(["街道", "街道", "镇"]).dictionary_encode(),
        "空": pyarrow.nulls(3),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), f"{folder}/pyarrow.parquet", compression="zstd")

PAGE = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><style>td{mso-number-format:"\\@";}</style></head>
<body><table border="1"><tr><td colspan="4">附件2&nbsp;养老服务</td></tr>
<tr><th rowspan="2">镇<br/>街</th><th colspan="2">床位</th><th rowspan="2">占比</th></tr><tr><th>护理型</th><th>合计</th></tr>
<tr><td>武康街道</td><td>96</td><td>180</td><td>85.3%</td></tr>
<tr><td>舞阳街道<td><b>120</b><td>1,234.5<td><font color=red>28.5%</font>
</table></body></html>
"""

def texts(folder):
    rows = "镇街,人数,占比\r\n武康街道,300,85.3%\r\n舞阳街道,007,\"1,234\"\r\n"

    def write(name, content):
        with open(f"{folder}/{name}", "wb") as file:
            file.write(content)

    write("gbk.csv", rows.encode("gbk"))
    write("bom.csv", rows.encode("utf-8-sig"))
    # What Excel calls “Unicode 文本”.
    write("unicode.txt", rows.replace('"1,234"', "1234").replace(",", "\t").encode("utf-16"))
    write("utf-16-without-mark.csv", rows.encode("utf-16-be"))
    write("web-system.xls", PAGE.encode("gbk"))
    write("open-quote.csv", "镇街,人数\n武康街道,\"300\n舞阳街道,7\n".replace('"300', '"300').encode())
    write("nul.csv", b"a,b\n1,\x00\n")
    write("spreadsheet-ml.xls", b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>')
    write("footer-cut.parquet", b"PAR1" + bytes(40) + b"\xff\xff\xff\x7fPAR1")

def office_suite(folder):
    """LibreOffice computes the form and writes it in its own ways."""
    with tempfile.TemporaryDirectory() as scratch:
        source = f"{scratch}/office.xlsx"
        shutil.copy(f"{folder}/form-without-values.xlsx", source)
        for filters, name, target in [
            ("xlsx:Calc MS Excel 2007 XML", "office.xlsx", "office.xlsx"),
            ("xls:MS Excel 97", "office.xls", "office.xls"),
            ("ods", "office.ods", "office.ods"),
            ("html:HTML (StarCalc)", "office.html", "office-page.xls"),
            # Comma, quote, GB 18030 (85), as shown.
            ("csv:Text - txt - csv (StarCalc):44,34,85,1,,0,false,true", "office.csv", "office.csv"),
        ]:
            out = f"{scratch}/out-{target}"
            command = ["soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--convert-to", filters]
            subprocess.run([*command, "--outdir", out, source], check=True, capture_output=True, timeout=240)
            shutil.copy(f"{out}/{name}", f"{folder}/{target}")
            if target.endswith(("xlsx", "ods")):
                repack(f"{folder}/{target}")

def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "files")
    os.makedirs(folder, exist_ok=True)
    for make in (base, kinds, linked, names, stray, old, open_document, columnar, texts, office_suite):
        make(folder)

if __name__ == "__main__":
    main()
