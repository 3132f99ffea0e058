// The mass of ties as thin lines of one colour, on a layer of its own, drawn slice by slice while the picture rests. Sigma reads and
// orders each tie that it knows whenever a choice changes, and draws all of them in one frame: without a graphics card the page would
// stand for a quarter of a second.

import type Sigma from 'sigma';
import { EdgeLineProgram } from 'sigma/rendering';

/** So many ties in one frame. */
const SLICE = 2500;
/** Numbers of a tie: x, y, colour and nothing for both ends. */
export const TIE = 8;

class Lines extends EdgeLineProgram {
  show(lines: Float32Array): void {
    this.array = lines;
    this.capacity = lines.length / TIE;
    this.verticesCount = this.capacity * 2;
  }
}

export class Mass {
  private gl: WebGLRenderingContext;
  private program: Lines;
  private frame = 0;

  constructor(private sigma: Sigma<never, never>) {
    // What earlier frames drew stays.
    this.gl = sigma.createWebGLContext('mass', { preserveDrawingBuffer: true, beforeLayer: 'edges' } as never);
    this.program = new Lines(this.gl, null, sigma as never);
    sigma.resize(true);
    this.hide();
  }
  hide(): void {
    cancelAnimationFrame(this.frame);
    (this.gl.canvas as HTMLCanvasElement).style.opacity = '0';
  }
  draw(lines: Float32Array): void {
    cancelAnimationFrame(this.frame);
    const params = this.sigma.getRenderParams();
    let at = 0;
    const slice = () => {
      if (at === 0) {
        this.gl.clear(this.gl.COLOR_BUFFER_BIT);
        (this.gl.canvas as HTMLCanvasElement).style.opacity = '';
      }
      this.program.show(lines.subarray(at, (at += SLICE * TIE)));
      this.program.render(params);
      if (at < lines.length) this.frame = requestAnimationFrame(slice);
    };
    this.frame = requestAnimationFrame(slice);
  }
  end(): void {
    this.hide();
    this.program.kill();
  }
}
