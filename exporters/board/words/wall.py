"""The wall display, and what it sounds like."""

from exporters.board.words.pair import Pairs

WALL: Pairs = {
    "wall": ("Pantalla de pared", "Wall display"),
    "wall_full": ("Pantalla completa", "Full screen"),
    "wall_back": ("Página anterior", "Page before"),
    "wall_next": ("Página siguiente", "Next page"),
    "wall_pause": ("Pausa", "Pause"),
    "wall_go_on": ("Rotar", "Rotate"),
    "wall_running": ("Cambia cada", "Changes every"),
    "wall_held": ("Espera: alguien mira de cerca", "Waits: somebody looks closely"),
    "wall_resting": ("En pausa", "Paused"),
    "wall_needs_script": ("La rotación necesita JavaScript.", "Rotation needs JavaScript."),
    "sound": ("Sonido", "Sound"),
    "sound_lost": ("sin conexión", "connection lost"),
    "sound_intro": (
        (
            "Apagado mientras nadie lo elija. Son tonos que se deslizan, ninguno de los de un "
            "monitor o una bomba (IEC 60601-1-8): Guardia no es un sistema de alarmas médicas."
        ),
        (
            "Off until somebody chooses it. These are tones that glide, none of those of a monitor "
            "or a pump (IEC 60601-1-8): Guardia is no medical alarm system."
        ),
    ),
}
