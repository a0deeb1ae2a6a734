from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0011_history_kinds'),
    ]

    operations = [
        migrations.AlterField(
            model_name='attention',
            name='reason',
            field=models.CharField(choices=[('no_dealer', 'no dealer of the region can deliver the order'), ('all_declined', 'all dealers have declined'), ('unclaimed', 'nobody has accepted in time'), ('overdue', 'the term has passed'), ('put_back', 'the dealer put it back: it changed the contents to what it lacks')], max_length=14, verbose_name='reason'),
        ),
    ]
