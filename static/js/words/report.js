/** The report's words in English and Indonesian: the same keys in both. A text with parts is a function of them. */

const en = {
  title: 'How many clients does this environment carry?',
  subject: (/** @type {string} */ what) => `Report on ${what}, made by Koneksi`,
  experiment: (/** @type {number} */ id) => `experiment ${id}`,
  runs: (/** @type {string} */ ids) => `runs ${ids}`,
  made: (/** @type {string} */ when) => `Measured until ${when}`,
  save: 'Save as PDF',
  other: 'Bahasa Indonesia',
  result: 'Result',
  environment: 'Environment',
  kernel: 'Kernel', machine: 'Machine', system: 'System', cores: 'Cores', memory: 'Memory', container: 'Container', versions: 'Versions',
  none: 'none', property: 'Property', value: 'Value',
  differ: 'Not all runs were measured under the same circumstances. They differ in:',
  method: 'Method',
  methodText:
    'A load generator starts the clients of a run; a TIME server answers them. Each client connects, sends TIME, receives JAM ' +
    'with the local time and closes. With hold a client keeps its connection open until every client has its reply or has ' +
    'failed, so that all are served at the same time. Both sides run on this machine and share its cores; they are sampled ' +
    'a hundred times in the first second and ten times in each one after it, their peaks are counted exactly. Times come from the monotonic clock.',
  modes: {
    thread: 'Threads: every client is a POSIX thread of its own.',
    pool: 'Thread pool: a fixed number of threads take the clients in turn.',
    process: 'Processes: every client is a process of its own, made by fork.',
    event: 'Event loops: one loop for each core carries all clients.',
  },
  table: 'Runs',
  columns: {
    run: 'Run', mode: 'Mode', count: 'Clients', completed: 'Completed', failed: 'Failed', rate: 'Clients/s', p50: 'p50', p99: 'p99',
    client: 'Peak, client side', server: 'Peak server threads', published: 'Published',
  },
  charts: 'Charts',
  carried: 'Completed against requested',
  carriedHelp: 'both logarithmic; on the diagonal all completed',
  requested: 'Requested', completed: 'Completed',
  pace: 'Clients a second', paceHelp: 'completed clients divided by the duration',
  took: 'How long clients took', tookHelp: 'half of them at most p50, 99 of 100 at most p99',
  sides: (/** @type {string} */ name) => `Both sides of ${name}`, sidesHelp: 'threads or processes alive at each moment',
  clientSide: 'Client side', serverSide: 'Server threads', time: 'Time', alive: 'Alive',
  interaction: 'How the two sides interact',
  threads: 'threads', processes: 'processes',
  words: (/** @type {Record<string, string>} */ w) =>
    `Run ${w.run}, ${w.name}: the client side started ${w.started} clients in ${w.up} and had at most ${w.peak} ${w.unit} alive at ` +
    `the same time. The TIME server (model ${w.model}) accepted ${w.accepted} connections, had at most ${w.open} open, and ` +
    `at most ${w.threads} threads, the one that accepts included.`,
  threadModel: 'In its thread model the server has one thread for each open connection, so its threads follow the connections.',
  poolModel: 'In its pool model the server has a fixed number of threads, whatever the clients do.',
  epollModel: 'In its epoll model the server has one loop for each core, whatever the clients do.',
  verdicts: 'Verdicts',
  all: (/** @type {string} */ name) => `${name}: all clients completed.`,
  stopped: (/** @type {Record<string, string>} */ w) =>
    `${w.name}: ${w.completed} of ${w.count} clients completed. ${w.limit} on the ${w.side} side stopped the others (${w.certainty}): ${w.evidence}. To raise it: ${w.raise}.`,
  unknown: (/** @type {Record<string, string>} */ w) =>
    `${w.name}: ${w.completed} of ${w.count} clients completed; which limit stopped the others is not known: ${w.evidence}.`,
  side: { client: 'client', server: 'server' },
  certainty: { proved: 'proved', likely: 'likely', unknown: 'not known', 'proved by experiment': 'proved by experiment' },
  found: (/** @type {Record<string, string>} */ w) =>
    `${w.mode}: ${w.ceiling} clients at the same time all complete, of ${w.fails} not all do. Predicted were ${w.predicted}.`,
  stops: (/** @type {Record<string, string>} */ w) =>
    `${w.limit} on the ${w.side} side stops the next (${w.certainty}): ${w.evidence}. To raise it: ${w.raise}.`,
  unlimited: (/** @type {Record<string, string>} */ w) => `${w.mode}: no limit was found up to ${w.ceiling} clients at the same time.`,
  confirmed: (/** @type {string} */ n, /** @type {string} */ runs) => `Confirmed ${n} times, in ${runs} runs.`,
  unstable: 'A count did not come out the same each time: the majority counts.',
  chosen: (/** @type {string} */ n, /** @type {string} */ all) => `Looked at one by one here: ${n} of ${all} runs. The table has all of them.`,
  table_found: (/** @type {string} */ whole, /** @type {string} */ all) => `${whole} of ${all} loads completed without a failure.`,
  transcript: 'Transcript of the interaction',
  transcriptHelp: (/** @type {number} */ run) => `The first lines of each side of run ${run}, in the order of time.`,
  problem: (/** @type {string} */ why) => `The report cannot be made: ${why}`,
  nothing: 'say which runs or which experiment it is about, such as /report?experiment=3 or /report?runs=1,2',
};

/** @type {typeof en} */
const id = {
  title: 'Berapa klien yang sanggup dilayani lingkungan ini?',
  subject: (what) => `Laporan tentang ${what}, dibuat oleh Koneksi`,
  experiment: (id) => `eksperimen ${id}`,
  runs: (ids) => `percobaan ${ids}`,
  made: (when) => `Diukur hingga ${when}`,
  save: 'Simpan sebagai PDF',
  other: 'English',
  result: 'Hasil',
  environment: 'Lingkungan',
  kernel: 'Kernel', machine: 'Mesin', system: 'Sistem', cores: 'Inti prosesor', memory: 'Memori', container: 'Kontainer', versions: 'Versi',
  none: 'tidak ada', property: 'Sifat', value: 'Nilai',
  differ: 'Tidak semua percobaan diukur dalam keadaan yang sama. Perbedaannya:',
  method: 'Metode',
  methodText:
    'Pembangkit beban menjalankan klien-klien sebuah percobaan; server TIME menjawabnya. Setiap klien membuka koneksi, mengirim ' +
    'TIME, menerima JAM berisi waktu setempat, lalu menutup koneksi. Dengan hold, klien menahan koneksinya sampai semua klien ' +
    'mendapat jawaban atau gagal, sehingga semuanya dilayani pada saat yang sama. Kedua sisi berjalan di mesin ini dan berbagi ' +
    'inti prosesor; keduanya dicuplik seratus kali pada detik pertama dan sepuluh kali pada setiap detik ' +
    'berikutnya, sedangkan puncaknya dihitung tepat. Waktu diambil dari jam monotonik.',
  modes: {
    thread: 'Thread: setiap klien adalah satu thread POSIX.',
    pool: 'Thread pool: sejumlah tetap thread melayani klien secara bergiliran.',
    process: 'Proses: setiap klien adalah satu proses, dibuat dengan fork.',
    event: 'Event loop: satu loop untuk setiap inti membawa semua klien.',
  },
  table: 'Percobaan',
  columns: {
    run: 'No.', mode: 'Mode', count: 'Klien', completed: 'Selesai', failed: 'Gagal', rate: 'Klien/dtk', p50: 'p50', p99: 'p99',
    client: 'Puncak sisi klien', server: 'Puncak thread server', published: 'Hasil terbitan',
  },
  charts: 'Grafik',
  carried: 'Selesai terhadap diminta',
  carriedHelp: 'keduanya logaritmik; pada diagonal semuanya selesai',
  requested: 'Diminta', completed: 'Selesai',
  pace: 'Klien per detik', paceHelp: 'klien yang selesai dibagi lamanya percobaan',
  took: 'Lama setiap klien', tookHelp: 'separuhnya paling lama p50, 99 dari 100 paling lama p99',
  sides: (name) => `Kedua sisi pada ${name}`, sidesHelp: 'thread atau proses yang hidup pada setiap saat',
  clientSide: 'Sisi klien', serverSide: 'Thread server', time: 'Waktu', alive: 'Hidup',
  interaction: 'Interaksi kedua sisi',
  threads: 'thread', processes: 'proses',
  words: (w) =>
    `Percobaan ${w.run}, ${w.name}: sisi klien memulai ${w.started} klien dalam ${w.up} dan paling banyak ${w.peak} ${w.unit} hidup ` +
    `pada saat yang sama. Server TIME (model ${w.model}) menerima ${w.accepted} koneksi, paling banyak ${w.open} terbuka, dan ` +
    `paling banyak ${w.threads} thread, termasuk yang menerima koneksi.`,
  threadModel: 'Dalam model thread, server memiliki satu thread untuk setiap koneksi yang terbuka, sehingga jumlah thread mengikuti jumlah koneksi.',
  poolModel: 'Dalam model pool, jumlah thread server tetap, apa pun yang dilakukan klien.',
  epollModel: 'Dalam model epoll, server memiliki satu loop untuk setiap inti, apa pun yang dilakukan klien.',
  verdicts: 'Kesimpulan',
  all: (name) => `${name}: semua klien selesai.`,
  stopped: (w) =>
    `${w.name}: ${w.completed} dari ${w.count} klien selesai. ${w.limit} di sisi ${w.side} menghentikan yang lain (${w.certainty}): ${w.evidence}. Cara menaikkannya: ${w.raise}.`,
  unknown: (w) =>
    `${w.name}: ${w.completed} dari ${w.count} klien selesai; batas yang menghentikan yang lain tidak diketahui: ${w.evidence}.`,
  side: { client: 'klien', server: 'server' },
  certainty: { proved: 'terbukti', likely: 'kemungkinan besar', unknown: 'tidak diketahui', 'proved by experiment': 'terbukti melalui eksperimen' },
  found: (w) =>
    `${w.mode}: ${w.ceiling} klien pada saat yang sama semuanya selesai, dari ${w.fails} tidak semuanya. Perkiraannya ${w.predicted}.`,
  stops: (w) => `${w.limit} di sisi ${w.side} menghentikan klien berikutnya (${w.certainty}): ${w.evidence}. Cara menaikkannya: ${w.raise}.`,
  unlimited: (w) => `${w.mode}: tidak ditemukan batas sampai ${w.ceiling} klien pada saat yang sama.`,
  confirmed: (n, runs) => `Dipastikan ${n} kali, dalam ${runs} percobaan.`,
  unstable: 'Hasil suatu jumlah tidak selalu sama: mayoritas yang berlaku.',
  chosen: (n, all) => `Yang dilihat satu per satu di sini: ${n} dari ${all} percobaan. Tabel memuat semuanya.`,
  table_found: (whole, all) => `${whole} dari ${all} beban selesai tanpa kegagalan.`,
  transcript: 'Transkrip interaksi',
  transcriptHelp: (run) => `Baris-baris pertama setiap sisi pada percobaan ${run}, menurut urutan waktu.`,
  problem: (why) => `Laporan tidak dapat dibuat: ${why}`,
  nothing: 'sebutkan percobaan atau eksperimennya, misalnya /report?experiment=3 atau /report?runs=1,2',
};

export const TEXTS = { en, id };
