"""The variables and links that the dashboards share."""

from exporters.dashboards.dashboard import choice, drill, link

STATE = choice("estado", "Estado", "label_values(guardia_site_info, state)")
ONE_STATE = choice("estado", "Estado", "label_values(guardia_site_info, state)", several=False)
MUNICIPALITY = choice(
    "municipio", "Municipio", 'label_values(guardia_site_info{state=~"$estado"}, municipality)'
)
ONE_SITE = choice(
    "sitio",
    "Sitio",
    'label_values(guardia_site_info{state=~"$estado",municipality=~"$municipio"}, site)',
    several=False,
)
WHERE = (STATE, MUNICIPALITY)

TO_BOARD = link("Tablero de Guardia", "${board_url}/")
TO_SITE = drill("Ver el sitio", "guardia-sitio", sitio="${__data.fields.site}")
"""From a table or a map with the label `site`, whose heading is `site` too."""
TO_SITE_ON_BOARD = {
    "title": "Ver en el tablero de Guardia",
    "url": "${board_url}/sites/${__data.fields.site}",
    "targetBlank": True,
}
OF_A_SITE = (TO_SITE, TO_SITE_ON_BOARD)
EVERY_INCIDENT = 'max by (site, cause, priority) (guardia_incident_open{priority=~"P[12]"}) > 0'
