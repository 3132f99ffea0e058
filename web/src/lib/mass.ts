// The mass of ties as thin lines of one colour. Sigma reads and orders each tie that it knows whenever a choice changes or a person
// moves; tens of thousands go to the buffer from here, and only when a frame shows them.

import { EdgeLineProgram, type EdgeProgramType } from 'sigma/rendering';
import type { RenderParams } from 'sigma/types';

/** Writes two ends of each tie (x, y, colour, nothing) and answers how many numbers that are. */
export interface Mass { rests: () => boolean; stale: boolean; write: () => Float32Array }

export const mass = (of: Mass): EdgeProgramType =>
  class extends EdgeLineProgram {
    constructor(gl: WebGLRenderingContext, _: WebGLFramebuffer | null, sigma: never) {
      super(gl, null, sigma);
    }
    // Sigma has no tie of this kind, so it makes room for none.
    override reallocate(): void {}
    override render(params: RenderParams): void {
      if (of.rests()) return;
      if (of.stale) {
        this.array = of.write();
        this.capacity = this.array.length / 8;
        this.verticesCount = this.capacity * 2;
        of.stale = false;
      }
      super.render(params);
    }
  } as unknown as EdgeProgramType;
