"""The Grafana dashboard: what a row of panels asks of Prometheus, and the JSON that Grafana takes."""

import json
from dataclasses import dataclass
from typing import Any

SOURCE = {"type": "prometheus", "uid": "tocsin"}
WIDTH, HEIGHT = 8, 7  # three panels side by side


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: its title, Grafana's unit, what it asks, and how each line is called."""

    title: str
    unit: str
    asks: str
    called: str = ""
    kind: str = "timeseries"


# Several workers tell the same of the store and the broker: the most of them is what it is.
PANELS = (
    Panel("Store answers", "bool_yes_no", "max(tocsin_store_up)", kind="stat"),
    Panel("Broker answers", "bool_yes_no", "max(tocsin_broker_up)", kind="stat"),
    Panel("Workers", "short", "max(tocsin_workers)", kind="stat"),
    Panel("Records not taken yet", "short", "max by (topic) (tocsin_lag_records)", "{{topic}}"),
    Panel("Tasks before each stage", "short", "max by (stage) (tocsin_waiting_keys)", "{{stage}}"),
    Panel("Messages owed to topics", "short", "max(tocsin_outbox_messages)", "owed"),
    Panel(
        "Report to alert, 99 of 100 within",
        "s",
        "histogram_quantile(0.99, sum by (le) (rate(tocsin_report_to_alert_seconds_bucket[5m])))",
        "99 %",
    ),
    Panel(
        "A batch, 95 of 100 within",
        "s",
        "histogram_quantile(0.95, sum by (le, stage) (rate(tocsin_batch_seconds_bucket[5m])))",
        "{{stage}}",
    ),
    Panel("The oldest owed", "s", "max(tocsin_outbox_oldest_seconds)", "oldest"),
    Panel(
        "Records a second",
        "ops",
        "max by (agency) (sum by (agency, instance) (rate(tocsin_records_total[5m])))",
        "{{agency}}",
    ),
    Panel(
        "Refused a minute, by why",
        "short",
        "60 * max by (code) (sum by (code, instance) (rate(tocsin_rejected_total[15m])))",
        "{{code}}",
    ),
    Panel(
        "Since each agency was last heard from", "s", "max by (agency) (tocsin_publisher_silence_seconds)", "{{agency}}"
    ),
    Panel("Alerts open", "short", "max by (kind, severity) (tocsin_alerts_open)", "{{kind}}, {{severity}}"),
    Panel("Found nowhere (verify)", "short", "max by (topic) (tocsin_verify_missing)", "{{topic}}"),
    Panel("Memory of each part", "bytes", 'process_resident_memory_bytes{job=~"tocsin.*"}', "{{instance}}"),
    Panel("Memory of the stages", "bytes", "tocsin_stages_process_resident_memory_bytes", "{{instance}}"),
    Panel(
        "The page, 95 of 100 within",
        "s",
        "histogram_quantile(0.95, sum by (le) (rate(tocsin_page_seconds_bucket[5m])))",
        "95 %",
    ),
    Panel("Put off while the store was away", "short", "sum(increase(tocsin_store_waits_total[5m]))", "times"),
    Panel("Published a second", "ops", "sum by (family) (rate(tocsin_relayed_total[5m]))", "{{family}}"),
)


def dashboard() -> str:
    """The dashboard as Grafana's JSON."""
    made = {
        "uid": "tocsin",
        "title": "Tocsin",
        "tags": ["tocsin"],
        "schemaVersion": 41,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": [_panel(number, panel) for number, panel in enumerate(PANELS)],
    }
    return json.dumps(made, indent=1) + "\n"


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(number, 24 // WIDTH)
    target = {"refId": "A", "expr": panel.asks, "legendFormat": panel.called, "datasource": SOURCE}
    return {
        "id": number + 1,
        "type": panel.kind,
        "title": panel.title,
        "datasource": SOURCE,
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "targets": [target],
    }
