"""Addresses of customers in the workspace, under /workspace/."""

from django.urls import path

from orders.views import customer_actions as actions
from orders.views import customers

CUSTOMER = "customers/<int:pk>/"

urlpatterns = [
    path("customers/", customers.CustomerListView.as_view(), name="customer_list"),
    path("customers/export/", customers.CustomerExportView.as_view(), name="customer_export"),
    path(CUSTOMER, customers.CustomerCardView.as_view(), name="customer_card"),
    path(f"{CUSTOMER}history/", customers.CustomerHistoryView.as_view(), name="customer_history"),
    path(f"{CUSTOMER}phone/", customers.CustomerPhoneView.as_view(), name="customer_phone"),
    path(f"{CUSTOMER}edit/", actions.ContactsView.as_view(), name="customer_edit"),
    path(f"{CUSTOMER}notes/", actions.NoteView.as_view(), name="customer_note_add"),
    path(f"{CUSTOMER}notes/<int:note>/", actions.NoteView.as_view(), name="customer_note_edit"),
    path(
        f"{CUSTOMER}notes/<int:note>/delete/",
        actions.NoteDeleteView.as_view(),
        name="customer_note_delete",
    ),
    path(f"{CUSTOMER}similar/", actions.SimilarView.as_view(), name="customer_similar"),
    path(f"{CUSTOMER}merge/<int:other>/", actions.MergeView.as_view(), name="customer_merge"),
    path(f"{CUSTOMER}split/<int:merge>/", actions.SplitView.as_view(), name="customer_split"),
    path(f"{CUSTOMER}file/", actions.PersonFileView.as_view(), name="customer_data"),
    path(f"{CUSTOMER}erase/", actions.EraseView.as_view(), name="customer_erase"),
]
