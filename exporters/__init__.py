"""Tell the world, each exporter at its own pace, none able to slow a probe."""
