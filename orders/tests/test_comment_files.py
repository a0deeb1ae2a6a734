"""Files of comments: who may have them, how they are handed out."""

from io import BytesIO

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from dealers.models import SystemSettings
from orders.links import customer_link
from orders.models import CommentFile, HistoryEntry, Order
from orders.models.reasons import ReasonKind
from orders.services import accepting, comments
from orders.services.errors import OrderError
from suz.common.attachments import clean_attachment
from tests.factories import NOW, OfferFactory, OrderFactory, reason
from tests.uploads import packed_upload, picture_upload, upload

PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def order(city, dealer, dealer_manager):
    made = OrderFactory(place=city, created_at=timezone.now())
    OfferFactory(order=made, dealer=dealer)
    return accepting.accept_offer(order_id=made.pk, by=dealer_manager, now=timezone.now())


@pytest.fixture
def attach(order, dealer_manager):
    """A comment with a file."""

    def attach(sent=None, *, by=dealer_manager, is_visible=False):
        entry = comments.add_comment(
            order_id=order.pk,
            by=by,
            text="",
            files=[clean_attachment(sent or upload("Счёт.pdf", PDF))],
            is_visible=is_visible,
            now=NOW,
        )
        return entry.files.get()

    return attach


def address(file, name="order_file"):
    return reverse(name, args=[file.entry.order_id, file.pk])


def link_of(file):
    order = Order.objects.get(pk=file.entry.order_id)
    return f"{customer_link(order)}files/{file.pk}/"


def body(answer):
    return b"".join(answer.streaming_content)


def send(client, order, *files, text="", **fields):
    return client.post(
        reverse("order_comment", args=[order.pk]), {"text": text, "files": list(files)} | fields
    )


class TestSending:
    def test_several_at_once_without_a_word(self, client, order, dealer_manager):
        client.force_login(dealer_manager)
        answer = send(client, order, picture_upload(), upload("a.pdf", PDF), packed_upload())
        assert answer.status_code == 302
        names = CommentFile.objects.values_list("name", flat=True)
        assert list(names) == ["photo.png", "a.pdf", "list.xlsx"]

    def test_what_is_kept_has_another_name_and_no_address(self, client, order, dealer_manager):
        client.force_login(dealer_manager)
        send(client, order, upload("a.pdf", PDF))
        file = CommentFile.objects.get()
        assert "a.pdf" not in file.file.name
        assert storages["private"].exists(file.file.name)
        assert not storages["default"].exists(file.file.name)
        with pytest.raises(ValueError, match="URL"):
            file.file.url  # noqa: B018
        assert Client().get(f"/media/{file.file.name}").status_code == 404

    def test_six_are_one_too_many(self, client, order, dealer_manager):
        client.force_login(dealer_manager)
        answer = send(client, order, *(upload(f"{n}.pdf", PDF) for n in range(6)), text="Вот")
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Не больше пяти файлов" in page
        assert "Вот</textarea>" in page
        assert not CommentFile.objects.exists()
        assert not order.history.filter(kind="comment").exists()

    @pytest.mark.parametrize(
        "sent",
        [
            lambda: upload("evil.svg", b"<svg onload='alert(1)'/>"),
            lambda: upload("evil.png", b"<svg onload='alert(1)'/>"),
            lambda: upload("<script>alert(1)</script>.exe", b"MZ"),
            lambda: upload("a" * 5000 + ".exe", b"MZ"),
        ],
    )
    def test_what_is_refused_is_named_and_the_words_stay(self, client, order, manager, sent):
        client.force_login(manager)
        answer = send(client, order, upload("good.pdf", PDF), sent(), text="Мои слова")
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Мои слова</textarea>" in page
        assert "<script>alert(1)" not in page
        assert not CommentFile.objects.exists()

    @pytest.mark.parametrize("text", ["a\0b", "я" * 4001])
    def test_bad_words_are_refused_with_the_file(self, client, order, manager, text):
        client.force_login(manager)
        assert send(client, order, upload("a.pdf", PDF), text=text).status_code == 422
        assert not CommentFile.objects.exists()

    def test_emoji_are_words_too(self, client, order, manager):
        client.force_login(manager)
        assert send(client, order, upload("смета 🏠.pdf", PDF), text="🏠").status_code == 302
        page = client.get(reverse("order_card", args=[order.pk])).content.decode()
        assert "смета 🏠.pdf" in page

    def test_the_service_counts_too(self, order, manager):
        files = [clean_attachment(upload("a.pdf", PDF)) for _ in range(6)]
        with pytest.raises(OrderError):
            comments.add_comment(
                order_id=order.pk, by=manager, text="", files=files, is_visible=False, now=NOW
            )

    def test_a_failure_leaves_no_file_behind(self, order, manager, monkeypatch):
        storage = storages["private"]
        saved = []
        save = type(storage).save

        def fail_at_second(self, name, content, max_length=None):
            if len(saved) == 1:
                raise OSError("the disk is full")
            saved.append(save(self, name, content, max_length))
            return saved[-1]

        monkeypatch.setattr(type(storage), "save", fail_at_second)
        with pytest.raises(OSError, match="full"):
            comments.add_comment(
                order_id=order.pk,
                by=manager,
                text="",
                files=[clean_attachment(upload("a.pdf", PDF)) for _ in range(2)],
                is_visible=False,
                now=NOW,
            )
        assert not storage.exists(saved[0])
        assert not HistoryEntry.objects.filter(kind="comment").exists()


class TestHandingOut:
    def test_a_document_is_a_download_with_its_russian_name(self, client, manager, attach):
        client.force_login(manager)
        answer = client.get(address(attach(upload("Счёт № 1.pdf", PDF))))
        assert body(answer) == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == (
            "attachment; filename*=utf-8''%D0%A1%D1%87%D1%91%D1%82%20%E2%84%96%201.pdf"
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer["Cache-Control"]

    def test_a_picture_opens_in_place(self, client, manager, attach):
        file = attach(picture_upload(size=(900, 700)))
        client.force_login(manager)
        answer = client.get(address(file))
        assert answer["Content-Disposition"] == 'inline; filename="photo.png"'
        assert answer["Content-Type"] == "image/png"
        assert Image.open(BytesIO(body(answer))).size == (900, 700)
        small = client.get(address(file, "order_file_preview"))
        assert max(Image.open(BytesIO(body(small))).size) == 320

    def test_a_table_is_never_shown_in_place(self, client, manager, attach):
        client.force_login(manager)
        answer = client.get(address(attach(upload("a.csv", b"a;b"))))
        assert answer["Content-Disposition"].startswith("attachment")
        body(answer)

    def test_a_document_has_no_small_picture(self, client, manager, attach):
        client.force_login(manager)
        assert client.get(address(attach(), "order_file_preview")).status_code == 404

    def test_a_file_that_the_storage_lost_is_404(self, client, manager, attach):
        file = attach()
        storages["private"].delete(file.file.name)
        client.force_login(manager)
        assert client.get(address(file)).status_code == 404

    def test_a_phone_in_the_name_is_masked_while_it_is_hidden(
        self, client, dealer, dealer_manager, manager, attach
    ):
        SystemSettings.objects.update_or_create(pk=1, defaults={"calls_enabled": True})
        dealer.site_calls = True
        dealer.save(update_fields=["site_calls"])
        file = attach(upload("8 916 123-45-67.pdf", PDF), by=manager)
        client.force_login(dealer_manager)
        answer = client.get(address(file))
        body(answer)
        page = client.get(reverse("order_card", args=[file.entry.order_id])).content.decode()
        for text in (answer["Content-Disposition"], page):
            assert "123-45-67" not in text
        assert "[скрыт].pdf" in page


class TestRights:
    def test_the_own_dealer_and_the_manufacturer(
        self, client, dealer_manager, manager, administrator, attach
    ):
        file = attach()
        for user in (dealer_manager, manager, administrator):
            client.force_login(user)
            answer = client.get(address(file))
            assert answer.status_code == 200
            body(answer)

    def test_not_a_rival_whatever_it_was_offered(self, client, other_manager, attach):
        file = attach()
        OfferFactory(order=file.entry.order, dealer=other_manager.dealer)
        client.force_login(other_manager)
        for name in ("order_file", "order_file_preview"):
            assert client.get(address(file, name)).status_code == 404

    def test_not_a_dealer_that_sees_the_order_offered(
        self, client, city, dealer, dealer_manager, manager
    ):
        order = OrderFactory(place=city, created_at=timezone.now())
        OfferFactory(order=order, dealer=dealer)
        comments.add_comment(
            order_id=order.pk,
            by=manager,
            text="",
            files=[clean_attachment(upload("a.pdf", PDF))],
            is_visible=True,
            now=NOW,
        )
        client.force_login(dealer_manager)
        assert client.get(reverse("order_card", args=[order.pk])).status_code == 200
        assert client.get(address(CommentFile.objects.get())).status_code == 404

    def test_not_the_dealer_that_gave_the_order_up(self, client, order, dealer_manager, attach):
        file = attach()
        accepting.give_up(
            order_id=order.pk,
            by=dealer_manager,
            reason_id=reason(ReasonKind.GIVE_UP).pk,
            now=timezone.now(),
        )
        client.force_login(dealer_manager)
        assert client.get(address(file)).status_code == 404

    def test_the_next_dealer_has_not_the_former_one_s(
        self, client, order, manager, other_manager, attach
    ):
        file = attach()
        accepting.assign(
            order_id=order.pk, dealer_id=other_manager.dealer_id, by=manager, now=timezone.now()
        )
        client.force_login(other_manager)
        assert client.get(reverse("order_card", args=[order.pk])).status_code == 200
        assert client.get(address(file)).status_code == 404

    def test_not_a_stranger(self, client, attach):
        answer = client.get(address(attach()))
        assert answer.status_code == 302
        assert reverse("account_login") in answer["Location"]

    def test_not_through_another_order(self, client, city, dealer, dealer_manager, attach):
        other = OrderFactory(place=city, created_at=timezone.now())
        OfferFactory(order=other, dealer=dealer)
        accepting.accept_offer(order_id=other.pk, by=dealer_manager, now=timezone.now())
        client.force_login(dealer_manager)
        url = reverse("order_file", args=[other.pk, attach().pk])
        assert client.get(url).status_code == 404

    @pytest.mark.parametrize("number", [0, 10**6, 2**63 - 1, 2**63, 10**30])
    def test_a_forged_number_is_404(self, client, order, manager, number):
        client.force_login(manager)
        assert client.get(reverse("order_file", args=[order.pk, number])).status_code == 404

    def test_a_deleted_order_hands_out_nothing(self, client, order, manager, attach):
        file = attach(is_visible=True)
        Order.objects.filter(pk=order.pk).update(deleted_at=NOW)
        client.force_login(manager)
        assert client.get(address(file)).status_code == 404
        assert client.get(link_of(file)).status_code == 404


class TestCustomer:
    def test_has_the_file_of_a_comment_shown(self, client, attach):
        file = attach(is_visible=True)
        page = client.get(customer_link(file.entry.order)).content.decode()
        assert "Счёт.pdf" in page
        assert link_of(file) in page
        answer = client.get(link_of(file))
        assert body(answer) == PDF
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Referrer-Policy"] == "no-referrer"

    def test_has_not_the_file_of_an_internal_one(self, client, attach):
        file = attach()
        assert "Счёт.pdf" not in client.get(customer_link(file.entry.order)).content.decode()
        assert client.get(link_of(file)).status_code == 404

    def test_loses_it_when_the_comment_is_hidden_again(self, client, attach, dealer_manager):
        file = attach(is_visible=True)
        comments.show_comment(
            order_id=file.entry.order_id,
            entry_id=file.entry_id,
            is_visible=False,
            by=dealer_manager,
            now=NOW,
        )
        assert client.get(link_of(file)).status_code == 404

    def test_of_another_order_has_it_not(self, client, city, attach):
        file = attach(is_visible=True)
        other = customer_link(OrderFactory(place=city))
        assert client.get(f"{other}files/{file.pk}/").status_code == 404
        assert client.get(f"/o/1-forged/files/{file.pk}/").status_code == 404
