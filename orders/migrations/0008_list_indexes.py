"""Indexes for every filter and order of the lists; lines know the category they were sold in."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


CATEGORIES_OF_LINES = """
    UPDATE orders_orderline AS line
       SET category_id = family.category_id
      FROM catalog_product AS product
      JOIN catalog_productfamily AS family ON family.id = product.family_id
     WHERE product.id = line.product_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_price_uploads'),
        ('dealers', '0004_invitation'),
        ('orders', '0007_line_editing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='order',
            name='order_status',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='order_dealer',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='order_region',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='order_created',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='order_total',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='order_term',
        ),
        migrations.AddField(
            model_name='orderline',
            name='category',
            field=models.ForeignKey(null=True, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category', verbose_name='category'),
        ),
        migrations.RunSQL(CATEGORIES_OF_LINES, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='orderline',
            name='category',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category', verbose_name='category'),
        ),
        migrations.AddIndex(
            model_name='historyentry',
            index=models.Index(condition=models.Q(('actor__isnull', False)), fields=['actor', '-order'], name='history_by_actor'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['status', '-id'], name='order_by_status'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['dealer', 'status', '-id'], name='order_by_dealer_status'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['dealer', '-id'], name='order_by_dealer'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['region', '-id'], name='order_by_region'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['source', '-id'], name='order_by_source'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['created_at', 'id'], name='order_by_created'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['total', 'id'], name='order_by_total'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['due_on', 'id'], name='order_by_term'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('status__in', ('new', 'accepted', 'processed', 'clarification', 'payment', 'delivery'))), fields=['-id'], name='order_in_progress'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('overdue_at__isnull', False), ('status__in', ('new', 'accepted', 'processed', 'clarification', 'payment', 'delivery'))), fields=['-id'], name='order_overdue'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['dealer', 'created_at', 'id'], name='order_by_dealer_created'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['dealer', 'total', 'id'], name='order_by_dealer_total'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(fields=['category', '-order'], name='order_line_category'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderline',
            trigger=pgtrigger.compiler.Trigger(name='line_category', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    SELECT family.category_id INTO NEW.category_id\n      FROM catalog_product AS product\n      JOIN catalog_productfamily AS family ON family.id = product.family_id\n     WHERE product.id = NEW.product_id;\n    RETURN NEW;\n', hash='2956fd7e8249a6e2e24b7b6dc1dd2c01e7c6a5f4', operation='INSERT OR UPDATE OF "product_id"', pgid='pgtrigger_line_category_849da', table='orders_orderline', when='BEFORE')),
        ),
    ]
