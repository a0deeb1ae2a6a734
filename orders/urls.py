"""Addresses of orders in the workspace, under /workspace/."""

from django.urls import path
from django.views.generic import RedirectView

from orders.views import (
    actions,
    cards,
    comments,
    deleted,
    details,
    lines,
    lists,
    phone_orders,
    promo,
)

ORDER = "orders/<int:pk>/"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="order_list"), name="workspace"),
    path("orders/", lists.OrderListView.as_view(), name="order_list"),
    path("orders/available/", lists.AvailableView.as_view(), name="order_available"),
    path("orders/add/", phone_orders.AddOrderView.as_view(), name="order_add"),
    path("orders/columns/", lists.ColumnsView.as_view(), name="order_columns"),
    path("orders/export/", lists.ExportView.as_view(), name="order_export"),
    path("orders/deleted/", deleted.DeletedOrdersView.as_view(), name="order_deleted"),
    path(f"{ORDER}restore/", deleted.RestoreView.as_view(), name="order_restore"),
    path(ORDER, cards.OrderCardView.as_view(), name="order_card"),
    path(f"{ORDER}print/", cards.OrderPrintView.as_view(), name="order_print"),
    path(f"{ORDER}lines/", lines.LinesView.as_view(), name="order_lines"),
    path(f"{ORDER}phone/", cards.PhoneView.as_view(), name="order_phone"),
    path(f"{ORDER}accept/", actions.AcceptView.as_view(), name="order_accept"),
    path(f"{ORDER}decline/", actions.DeclineView.as_view(), name="order_decline"),
    path(f"{ORDER}give-up/", actions.GiveUpView.as_view(), name="order_give_up"),
    path(f"{ORDER}contacted/", actions.ContactedView.as_view(), name="order_contacted"),
    path(f"{ORDER}move/", actions.MoveView.as_view(), name="order_move"),
    path(f"{ORDER}complete/", actions.CompleteView.as_view(), name="order_complete"),
    path(f"{ORDER}cancel/", actions.CancelView.as_view(), name="order_cancel"),
    path(f"{ORDER}assign/", actions.AssignView.as_view(), name="order_assign"),
    path(f"{ORDER}reopen/", actions.ReopenView.as_view(), name="order_reopen"),
    path(f"{ORDER}promo/", promo.PromoApplyView.as_view(), name="order_promo"),
    path(f"{ORDER}promo/remove/", promo.PromoRemoveView.as_view(), name="order_promo_remove"),
    path(f"{ORDER}edit/", details.DetailsView.as_view(), name="order_edit"),
    path(f"{ORDER}comment/", comments.CommentView.as_view(), name="order_comment"),
    path(
        f"{ORDER}comment/<int:entry>/show/",
        comments.CommentShowView.as_view(),
        name="order_comment_show",
    ),
    path(f"{ORDER}seen/", comments.SeenView.as_view(), name="order_seen"),
    path(f"{ORDER}no-answer/", comments.NoAnswerView.as_view(), name="order_no_answer"),
    path(f"{ORDER}wish/", comments.WishView.as_view(), name="order_wish"),
    path(f"{ORDER}link/", comments.LinkView.as_view(), name="order_link"),
    path(f"{ORDER}history/", comments.HistoryView.as_view(), name="order_history"),
    path(f"{ORDER}files/<int:file>/", comments.FileView.as_view(), name="order_file"),
    path(
        f"{ORDER}files/<int:file>/preview/",
        comments.FileView.as_view(is_preview=True),
        name="order_file_preview",
    ),
    path(f"{ORDER}delete/", actions.DeleteView.as_view(), name="order_delete"),
]
