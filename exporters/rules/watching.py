"""Whether Guardia is there, sees, and keeps up."""

from exporters.rules.rule import Alert, Group

ALIVE = Group(
    "guardia-alive",
    [
        Alert(
            "Watchdog", "info", "vector(1)",
            "Pulso de la vigilancia",
            "Esta alerta está siempre activa. Si deja de llegar, la cadena Prometheus, "
            "Alertmanager y salida a Internet está rota, y nadie recibiría un aviso de una "
            "clínica.",
            why="Always firing. Its receiver stands outside and calls for help when it stops "
            "coming, which covers what no rule can: Prometheus, Alertmanager or the way out of "
            "here being dead.",
        ),
        Alert(
            "GuardiaDaemonDown", "critical", 'up{job="guardia"} == 0',
            "Guardia no responde en {{ $labels.instance }} desde hace más de 1 minuto: las "
            "clínicas están sin vigilancia",
            "Prometheus no logra leer sus métricas. Revise el servicio (systemctl status guardia) "
            "y su bitácora (journalctl -u guardia). Mientras tanto, confirme por teléfono los "
            "hospitales con áreas críticas.",
            hold="1m",
        ),
        Alert(
            "GuardiaDaemonMissing", "critical", 'absent(up{job="guardia"})',
            "Prometheus no tiene a Guardia entre sus objetivos desde hace más de 2 minutos",
            "Falta el trabajo «guardia» en prometheus.yml: nadie notaría que Guardia se detuvo.",
            hold="2m",
            why="`up` itself is gone where the target was removed from the configuration.",
        ),
        Alert(
            "GuardiaRestarting", "critical",
            'changes(process_start_time_seconds{job="guardia"}[15m]) > 2',
            "Guardia se reinicia una y otra vez en {{ $labels.instance }}: {{ $value }} veces en "
            "los últimos 15 minutos",
            "Cada reinicio es un momento sin vigilancia. Revise journalctl -u guardia, la memoria "
            "y la configuración (guardia check).",
        ),
        Alert(
            "GuardiaScrapeSlow", "warning", 'scrape_duration_seconds{job="guardia"} > 8',
            "Leer las métricas de Guardia en {{ $labels.instance }} tarda "
            "{{ $value | humanizeDuration }}, desde hace más de 5 minutos",
            "A los 10 segundos Prometheus se da por vencido, y Guardia parecería muerta sin "
            "estarlo.",
            hold="5m",
        ),
    ],
)  # fmt: skip

SEES = Group(
    "guardia-sees",
    [
        Alert(
            "GuardiaStillBlind", "critical", "guardia_monitor_blind == 1",
            "Guardia está a ciegas en {{ $labels.instance }} desde hace más de 5 minutos: ninguna "
            "clínica se vigila",
            "Ni sus propias anclas le responden, o no puede enviar. No da por caída a ninguna "
            "clínica mientras tanto. Revise la red de este equipo antes que las clínicas.",
            hold="5m",
            runbook="monitor_blind",
            why="Guardia sends one notice of its own (GuardiaMonitorBlind); this is for when it "
            "lasts.",
        ),
        Alert(
            "GuardiaProbingStopped", "critical",
            "sum by (job, instance) (rate(guardia_probe_packets_sent_total[5m])) == 0",
            "Guardia responde, pero no sondea desde hace más de 7 minutos ({{ $labels.instance }})",
            "Ningún paquete enviado. Si los sitios no se retiraron a propósito, reinicie el "
            "servicio y conserve su bitácora.",
            hold="2m",
        ),
        Alert(
            "GuardiaReloadFailed", "warning", "guardia_config_last_reload_successful == 0",
            "Guardia rechazó la configuración nueva en {{ $labels.instance }} hace más de 1 minuto",
            "Sigue con la anterior, completa. Lo que se quiso agregar no está vigilado. guardia "
            "check dice cada error, con su línea y su remedio.",
            hold="1m",
        ),
    ],
)  # fmt: skip

KEEPS_UP = Group(
    "guardia-keeps-up",
    [
        Alert(
            "GuardiaProbesLate", "warning",
            "histogram_quantile(0.99, sum by (job, instance, le) "
            "(rate(guardia_probe_lateness_seconds_bucket[5m]))) > 1",
            "Los sondeos de Guardia salen {{ $value | humanizeDuration }} tarde desde hace más de "
            "5 minutos ({{ $labels.instance }})",
            "El equipo no alcanza: falta procesador, o algo más lo ocupa. Los avisos tardan eso "
            "de más.",
            hold="5m",
            why="At 1 s a life-critical area, asked every second, misses a whole turn.",
        ),
        Alert(
            "GuardiaStalls", "warning", "rate(guardia_loop_stall_seconds_sum[5m]) > 0.1",
            "Guardia estuvo detenida el {{ $value | humanizePercentage }} del tiempo, desde hace "
            "más de 5 minutos ({{ $labels.instance }})",
            "Mientras se detiene no ve; lo que no vio no cuenta contra ninguna clínica. Revise el "
            "procesador, la memoria de intercambio y, en una máquina virtual, a su anfitrión.",
            hold="5m",
        ),
        Alert(
            "GuardiaRepliesDropped", "warning",
            "increase(guardia_icmp_replies_dropped_total[5m]) > 0",
            "El sistema descarta respuestas que sí llegaron a Guardia desde hace más de 5 minutos "
            "({{ $labels.instance }})",
            "El búfer de recepción se llena. Suba net.core.rmem_max "
            "(deploy/sysctl.d/60-guardia.conf) y reinicie el servicio.",
            hold="5m",
        ),
        Alert(
            "GuardiaRunsSkipped", "warning", "increase(guardia_probe_runs_skipped_total[15m]) > 10",
            "Guardia dejó de hacer {{ $value | humanize }} sondeos en los últimos 15 minutos "
            "({{ $labels.instance }})",
            "Su turno llegó mientras el anterior seguía esperando: una sonda tiene un tiempo de "
            "espera más largo que su intervalo. Revise timeout e interval en la lista de sitios.",
            hold="15m",
        ),
    ],
)  # fmt: skip
