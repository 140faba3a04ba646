"""Static files are copied and compressed once, however many processes begin together."""

from concurrent.futures import ThreadPoolExecutor

from survey.assets import served_by_whitenoise


def test_processes_that_start_together_serve_one_whole_copy(app, tmp_path):
    data = tmp_path / "new"
    with ThreadPoolExecutor(4) as processes:
        served = list(processes.map(lambda _n: served_by_whitenoise(app, data), range(4)))
    (copy,) = (data / "static").iterdir()
    assert all(one.files for one in served)
    assert (copy / "css" / "citizen.css.br").is_file()
