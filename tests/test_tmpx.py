from tests.test_bad_input import *
import traceback
def test_dbg(world):
    faults=set()
    for role, pattern in pages(admin=True):
        client = Client()
        client.force_login(world.people[role])
        for where, fields in forms_of(client, world.address(pattern)):
            for what, text in NONSENSE.items():
                try:
                    with undone():
                        client.post(where, dict.fromkeys(fields, text))
                except Exception as e:
                    tb = traceback.extract_tb(e.__traceback__)
                    faults.add((re.sub(r"\d+","N",where), what, repr(e)[:150], str([f"{f.filename.split('/')[-1]}:{f.lineno}" for f in tb[-4:]])))
    for f in sorted(faults): print("FAULT", f)
