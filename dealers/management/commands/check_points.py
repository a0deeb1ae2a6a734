"""`manage.py check_points`: prove every dealer's balance from its ledger."""

from django.core.management.base import BaseCommand, CommandError

from dealers.models import Dealer
from dealers.selectors import unbalanced_dealers


class Command(BaseCommand):
    help = "Prove each dealer's points as the sum of its ledger; fail naming those that differ."

    def handle(self, *args, **options):
        wrong = unbalanced_dealers()
        for dealer in wrong:
            entry = "; an entry's balance is wrong" if dealer.wrong_entry else ""
            self.stderr.write(
                f"{dealer.name} (id {dealer.dealer_id}): balance {dealer.balance}, "
                f"ledger {dealer.total}{entry}"
            )
        if wrong:
            raise CommandError(f"{len(wrong)} balances differ from their ledger.")
        self.stdout.write(f"{Dealer.objects.count()} balances agree with their ledger.")
