"""XML of strangers is read to its elements and to nothing else, or refused with the reason."""

import pytest

from survey.exchange.reading.refusal import Refusal
from survey.exchange.reading.xml import MOST, tree

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def refused(data):
    with pytest.raises(Refusal) as found:
        tree(data, "a.lss")
    return found.value.why % found.value.values


def test_elements_and_their_words_are_read():
    root = tree(HEAD + "<a><!-- no --><b><![CDATA[phiếu <!DOCTYPE html>]]></b></a>".encode(), "a")
    assert (root.tag, [one.tag for one in root]) == ("a", ["b"])
    assert root[0].text == "phiếu <!DOCTYPE html>"


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "windows-1252"])
def test_other_encodings_are_read_when_the_file_names_them(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><a>là</a>'
    assert tree(text.encode(encoding), "a").text == "là"


def test_broken_xml_is_refused_with_its_line():
    assert refused(HEAD + b"<a>\n<b></a>").startswith("a.lss:3: the XML is broken: Opening and")
    assert refused(HEAD + b"<a>\n<b>").startswith("a.lss:3: the XML is broken: Premature end")
    assert refused(b"PK\x03\x04 no xml").startswith("a.lss:1: the XML is broken")
    assert refused(HEAD + b"<a>\x00</a>").startswith("a.lss:2: the XML is broken: Invalid char")
    assert refused(b" \n") == "a.lss: the file is empty."


def test_document_types_and_entities_are_refused_before_anything_is_fetched():
    xxe = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert "DOCTYPE" in refused(HEAD + xxe)
    assert "DOCTYPE" in refused(HEAD + b"<!-- a -->\n<!doctype a SYSTEM 'http://x.test/'><a/>")
    lol = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    assert "DOCTYPE" in refused(HEAD + b"<!DOCTYPE a [" + lol + b"]><a>&l9;</a>")
    assert "Entity 'x' not defined" in refused(HEAD + b"<a>&x;</a>")


def test_text_in_another_encoding_than_the_file_says_is_refused():
    assert refused(HEAD + "<a>\n\nđ</a>".encode("cp1258")) == (
        "a.lss:4: this is not text in UTF-8. Save the file as UTF-8."
    )
    assert "“utf-7” is not read" in refused(b'<?xml version="1.0" encoding="utf-7"?><a/>')


def test_what_is_too_deep_or_too_much_is_refused():
    assert "Excessive depth" in refused(b"<a>" * 300 + b"</a>" * 300)
    assert f"more than {MOST // 2} elements" in refused(b"<r>" + b"<a/>" * MOST + b"</r>")
