"""The country: roll-out of the programme, telemedicine, map."""

from exporters.board.words.pair import Pairs

PROGRAMME: Pairs = {
    "programme": ("Internet en cada clínica", "Internet en cada clínica"),
    "rollout_intro": (
        (
            "Meta del programa CFE–IMSS-Bienestar (noviembre de 2025): 3,180 sitios de 1,179 "
            "municipios en 24 estados. Planeado: en la lista y sin responder; en instalación: "
            "planeado y su enlace ya responde; en operación: avisa de sus fallas."
        ),
        (
            "Goal of the programme of CFE and IMSS-Bienestar (November 2025): 3,180 sites of 1,179 "
            "municipalities in 24 states. Planned: in the list, without an answer; installing: "
            "planned, and its link answers already; live: its failures are told."
        ),
    ),
    "installing": ("en instalación", "installing"),
    "live": ("en operación", "live"),
    "total": ("Total", "Total"),
    "municipalities": ("Municipios", "Municipalities"),
    "progress": ("Avance", "Progress"),
    "states_count": ("Estados", "States"),
    "not_in_programme": ("fuera del programa", "not in the programme"),
    "no_state": ("sin entidad", "no state given"),
    "ready": ("apto", "ready"),
    "ready_with_reservations": ("apto con reservas", "ready with reservations"),
    "store_and_forward_only": ("sólo diferida", "store and forward only"),
    "unfit": ("no apto", "unfit"),
    "fitness_unknown": ("sin medir", "not measured"),
    "fitness": ("Teleconsulta", "Teleconsultation"),
    "telemedicine_intro": (
        (
            "Para qué sirve hoy el mejor enlace que responde de cada sitio con telemedicina "
            "(docs/telemedicine.md)."
        ),
        (
            "What the best answering link of each site with telemedicine is good for now "
            "(docs/telemedicine.md)."
        ),
    ),
    "voice_r": ("R (ITU-T G.107)", "R (ITU-T G.107)"),
    "voice_mos": ("MOS", "MOS"),
    "by_state": ("Por entidad", "By state"),
    "by_site": ("Por sitio", "By site"),
    "map_intro": (
        "Cada sitio es un punto: la forma y el color dicen su estado. El tamaño no dice nada.",
        "Each site is a dot: shape and colour tell its state. Size tells nothing.",
    ),
    "map_label": (
        "Mapa de los sitios de México por su estado",
        "Map of the sites of Mexico by their state",
    ),
    "without_location": (
        "sitios no tienen ubicación y no están en el mapa.",
        "sites have no location and are not on the map.",
    ),
    "zoom_in": ("Acercar", "Zoom in"),
    "zoom_out": ("Alejar", "Zoom out"),
    "zoom_all": ("Ver todo", "Show all"),
    "tiles": ("Las 32 entidades", "The 32 states"),
    "tiles_label": (
        "Sitios con problema, de todos los de cada entidad",
        "Sites in trouble, of all those of each state",
    ),
    "trouble": ("con problema", "in trouble"),
}
