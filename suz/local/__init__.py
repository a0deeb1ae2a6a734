"""Everything that lets СУЗ run on one machine: embedded services, assets, the demo."""
