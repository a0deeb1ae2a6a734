"""Lists count statuses from the index alone; names and phones of a dealer, overdue by term."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dealers', '0008_telephony_settings'),
        ('orders', '0012_put_back'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='order',
            name='order_by_region',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='order_by_source',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='order_by_created',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='order_overdue',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='order_by_dealer_created',
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['dealer', 'created_at', 'id'], include=('status',), name='order_by_dealer_created'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(models.F('dealer'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Lower('customer_name'), name='text_pattern_ops'), condition=models.Q(('deleted_at__isnull', True)), name='order_by_dealer_name'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(models.F('dealer'), django.contrib.postgres.indexes.OpClass('phone', name='text_pattern_ops'), condition=models.Q(('deleted_at__isnull', True)), name='order_by_dealer_phone'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['region', '-id'], include=('status',), name='order_by_region'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['source', '-id'], include=('status',), name='order_by_source'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['created_at', 'id'], include=('status',), name='order_by_created'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('overdue_at__isnull', False), ('status__in', ('new', 'accepted', 'processed', 'clarification', 'payment', 'delivery'))), fields=['-id'], include=('status',), name='order_overdue'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('overdue_at__isnull', False), ('status__in', ('new', 'accepted', 'processed', 'clarification', 'payment', 'delivery'))), fields=['due_on', 'id'], name='order_overdue_by_term'),
        ),
    ]
